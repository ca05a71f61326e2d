// Changes an existing node into a new one in place, so that focus, scroll, open parts and half-typed text survive live updates.

const KEPT = new Set(["INPUT", "TEXTAREA", "SELECT"]);

const keyOf = (node) => (node.nodeType === 1 ? node.dataset.key || null : null);

function compatible(a, b) {
  if (a.nodeType !== b.nodeType || a.nodeName !== b.nodeName) return false;
  return a.nodeType !== 1 || keyOf(a) === keyOf(b);
}

function syncAttributes(old, fresh) {
  const sticky = new Set((old.dataset?.sticky || "").split(" "));
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !sticky.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (!sticky.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function syncHandlers(old, fresh) {
  if (!fresh.__on && !old.__on) return;
  old.__on = old.__on || {};
  for (const type of Object.keys(old.__on)) if (!fresh.__on?.[type]) old.__on[type] = null;
  for (const [type, fn] of Object.entries(fresh.__on || {})) {
    if (!(type in old.__on)) old.addEventListener(type, (e) => old.__on[e.type]?.(e));
    old.__on[type] = fn;
  }
}

function syncChildren(old, fresh) {
  const wanted = new Set([...fresh.childNodes].map(keyOf));
  // First what goes: a node that is moved loses its focus, and the click that somebody has begun on it.
  for (const child of [...old.childNodes]) if (keyOf(child) && !wanted.has(keyOf(child)) && !child.dataset.foreign) child.remove();
  const keyed = new Map();
  for (const child of old.childNodes) if (keyOf(child)) keyed.set(keyOf(child), child);
  let cursor = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const key = keyOf(next);
    let match = key ? keyed.get(key) : cursor;
    if (match && !compatible(match, next)) match = null;
    if (match && !key && keyOf(match)) match = null;
    if (!match) {
      old.insertBefore(next, cursor);
    } else {
      if (match === cursor) cursor = cursor.nextSibling;
      else old.insertBefore(match, cursor);
      morph(match, next);
    }
  }
  while (cursor) {
    const after = cursor.nextSibling;
    if (!cursor.dataset?.foreign) cursor.remove();
    cursor = after;
  }
}

/** Returns the node that now stands in the document. */
export function morph(old, fresh) {
  if (!compatible(old, fresh)) {
    old.replaceWith(fresh);
    return fresh;
  }
  if (old.nodeType !== 1) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return old;
  }
  const same = old.dataset.same && old.dataset.same === fresh.dataset.same;
  syncAttributes(old, fresh);
  syncHandlers(old, fresh);
  for (const extra of ["__options", "__state"]) if (extra in fresh) old[extra] = fresh[extra];
  if (!same && !(KEPT.has(old.nodeName) && old.nodeName !== "SELECT")) syncChildren(old, fresh);
  return old;
}
