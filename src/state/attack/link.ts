import { ATTACK_PLAN, DEFAULT_ATTACK_PLAN, type AttackPlan } from '../../model/attack/plan.ts';
import { followLink, type LinkWindow } from '../follow-link.ts';
import type { AttackState, AttackStore } from './store.ts';

/** The plan on screen: of the selected evaluation, else of the form. */
function shownPlan({ evaluations, selected, accepted }: AttackState): AttackPlan {
  return evaluations.find(({ record: { id } }) => id === selected)?.record.plan ?? accepted;
}

/** Synchronizes the form and the address until the returned function is called. */
export function followAttackLink(store: AttackStore, page?: LinkWindow): () => void {
  return followLink(
    store,
    {
      place: '#/attack',
      encode: ATTACK_PLAN.encodeQuery,
      decode: ATTACK_PLAN.decodeQuery,
      fallback: DEFAULT_ATTACK_PLAN,
      shown: shownPlan,
      open: (plan) => {
        const { select, openPlan } = store.getState();
        select(null);
        openPlan(plan);
      },
    },
    page,
  );
}
