/** The key of the parent of all roots. */
const ROOT = null;

/**
 * The nodes by id. `phase` is that of the children: `none`, `loading`, `failed` or `loaded`, and `childIds` are null
 * until then. `isChecked` counts only while there are no children; otherwise it follows from theirs.
 */
export function initialNodes(roots) {
  const root = { id: ROOT, level: 0, isExpanded: true, isChecked: false, phase: "none", childIds: null };
  return withChildren(new Map([[ROOT, root]]), ROOT, roots);
}

export function nodesReducer(nodes, action) {
  const { id } = action;
  switch (action.type) {
    case "opened":
      return withNode(nodes, id, { isExpanded: true });
    case "closed":
      return withNode(nodes, id, { isExpanded: false, ...(nodes.get(id).childIds === null && { phase: "none" }) });
    case "loading":
    case "failed":
      return withNode(nodes, id, { phase: action.type });
    case "loaded":
      return withChildren(nodes, id, action.children);
    case "checked":
      return withChecked(nodes, id, action.isChecked);
    default:
      throw new Error(`no such action: ${action.type}`);
  }
}

/** What is shown, in order: a row for each node that is not below a closed one, and one below each failed branch. */
export function rowsOf(nodes, id = ROOT) {
  const { level, isExpanded, phase, childIds } = nodes.get(id);
  if (!isExpanded) return [];
  if (phase === "failed") return [{ key: `retry ${id}`, isRetry: true, parentId: id, level: level + 1, position: 1, size: 1 }];
  return (childIds ?? []).flatMap((childId, index) => [
    { key: `node ${childId}`, isRetry: false, parentId: id, position: index + 1, size: childIds.length, ...nodes.get(childId) },
    ...rowsOf(nodes, childId),
  ]);
}

/** By id: true, false or `mixed`. */
export function checkStatesOf(nodes) {
  const states = new Map();
  function visit(id) {
    const { childIds, isChecked } = nodes.get(id);
    const below = new Set((childIds ?? []).map(visit));
    states.set(id, below.size === 0 ? isChecked : below.size === 1 ? [...below][0] : "mixed");
    return states.get(id);
  }
  visit(ROOT);
  return states;
}

/** The ids of the checked nodes without a checked parent, in order. */
export function topCheckedIds(nodes) {
  const states = checkStatesOf(nodes);
  const collect = (id) => (states.get(id) === true ? [id] : (nodes.get(id).childIds ?? []).flatMap(collect));
  return nodes.get(ROOT).childIds.flatMap(collect);
}

function withNode(nodes, id, changes) {
  return new Map(nodes).set(id, { ...nodes.get(id), ...changes });
}

function withChildren(nodes, id, children) {
  const { level, isChecked } = nodes.get(id);
  const result = withNode(nodes, id, { phase: "loaded", childIds: children.map((child) => child.id) });
  for (const { id: childId, name, isBranch } of children) {
    const state = { isExpanded: false, isChecked, phase: "none", childIds: null };
    result.set(childId, { id: childId, name, isBranch, level: level + 1, ...state });
  }
  return result;
}

function withChecked(nodes, id, isChecked) {
  const result = new Map(nodes);
  function visit(each) {
    const node = nodes.get(each);
    result.set(each, { ...node, isChecked });
    node.childIds?.forEach(visit);
  }
  visit(id);
  return result;
}
