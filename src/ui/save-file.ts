/** Offers bytes or text to the person as a file. Nothing leaves the machine. */
export function saveFile(name: string, content: string | Blob, type = 'text/plain'): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The click has been taken up by then; the URL would otherwise hold the bytes until the page closes.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
