// The one registry of keys. A key that two things want is refused when the page loads, not when somebody presses it.
// Nothing fires while a Chinese input method is composing, nor while somebody types in a field.

const actions = new Map();

/**
 * Binds a key of this page.
 * @param {string} key as in KeyboardEvent.key, with "Shift+" before it where needed
 * @param {string} label what it does, in Chinese; shown by "?"
 * @param {() => unknown} run gives false where the key is not meant for it now: the browser's own use of it goes on
 */
export function bind(key, label, run) {
  if (actions.has(key)) throw new Error(`the key ${key} is taken: ${actions.get(key).label}`);
  actions.set(key, { label, run });
}

/** All keys of this page with what they do, in the order they were bound. */
export function bound() {
  return [...actions].map(([key, { label }]) => ({ key, label }));
}

function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) && event.key !== "Escape") return;
  const action = actions.get(event.shiftKey && event.key.length > 1 ? `Shift+${event.key}` : event.key);
  if (!action) return;
  if (action.run() !== false) event.preventDefault();
});
