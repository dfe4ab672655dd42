// sessionStorage where the browser grants it; memory alone where it does not.
const memory = new Map();
const PREFIX = "rating:";

function storage() {
  try {
    return window.sessionStorage;
  } catch {
    return null; // blocked in this frame
  }
}

export function remember(name, value) {
  memory.set(name, value);
  try {
    storage()?.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // full or blocked: memory holds it
  }
}

export function recall(name) {
  if (memory.has(name)) return memory.get(name);
  try {
    const text = storage()?.getItem(PREFIX + name);
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

export function forget(name) {
  memory.delete(name);
  try {
    storage()?.removeItem(PREFIX + name);
  } catch {
    // nothing was there
  }
}
