// Speaks to the server and does not give up: a broken connection is waited out.
const WAITS_MS = [400, 800, 1600, 3000, 6000, 10000];
const PATIENCE_MS = 30000;
const CLIP_TRIES = 7; // then it is not the connection: the store refuses this page

export class Refused extends Error {
  constructor(code, message, status) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export class Gone extends Error {}

export class Api {
  constructor(root, onConnection) {
    this.root = root;
    this.token = "";
    this.onConnection = onConnection;
  }

  get(path) {
    return this.#json(path, { method: "GET" });
  }

  post(path, body) {
    const headers = { "Content-Type": "application/json" };
    return this.#json(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  async blob(path) {
    const response = await this.#persist(this.root + path, this.#signed({}));
    if (!response.ok) throw await refusal(response);
    return response.blob();
  }

  // A clip, whole: { blob, bytes }. onProgress is told the share from 0 to 1.
  clip(url, onProgress, signal) {
    return this.#again(async () => {
      const response = await fetch(url, {
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal,
      });
      if (isPassing(response.status)) throw new TypeError(`status ${response.status}`);
      if (!response.ok) throw new Gone(`status ${response.status}`);
      return readAll(response, onProgress);
    }, { signal, most: CLIP_TRIES });
  }

  async #json(path, options) {
    const response = await this.#persist(this.root + path, this.#signed(options));
    if (!response.ok) throw await refusal(response);
    return response.json();
  }

  #signed(options) {
    const headers = { ...options.headers };
    if (this.token) headers["X-Session-Token"] = this.token;
    return { ...options, headers, credentials: "omit", cache: "no-store" };
  }

  #persist(url, options) {
    return this.#again(async () => {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
      try {
        const response = await fetch(url, { ...options, signal: stop.signal });
        if (isPassing(response.status)) throw new TypeError(`status ${response.status}`);
        return response;
      } finally {
        clearTimeout(timer);
      }
    });
  }

  async #again(attempt, { signal = null, most = Infinity } = {}) {
    for (let tries = 0; ; tries += 1) {
      try {
        const result = await attempt();
        if (tries) this.onConnection(true);
        return result;
      } catch (error) {
        if (signal?.aborted || error instanceof Gone) throw error;
        if (tries + 1 >= most && navigator.onLine) {
          this.onConnection(null);
          throw new Gone(error.message);
        }
        this.onConnection(false);
        await pause(WAITS_MS[Math.min(tries, WAITS_MS.length - 1)]);
      }
    }
  }
}

// worth another try: the server is overloaded, restarting or behind a dead proxy
function isPassing(status) {
  return status >= 500 || status === 408 || status === 429;
}

async function refusal(response) {
  let error = {};
  try {
    error = (await response.json()).error ?? {};
  } catch {
    // not one of our answers
  }
  return new Refused(error.code ?? "other", error.message ?? "", response.status);
}

async function readAll(response, onProgress) {
  const total = Number(response.headers.get("Content-Length")) || 0;
  if (!response.body || !total) {
    const blob = await response.blob();
    return { blob, bytes: blob.size };
  }
  const reader = response.body.getReader();
  const parts = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    bytes += value.length;
    onProgress(Math.min(1, bytes / total));
  }
  // half a clip must never pass for a whole one
  if (bytes < total) throw new TypeError(`${bytes} of ${total} bytes`);
  return { blob: new Blob(parts, { type: "video/mp4" }), bytes };
}

// Until `ms` have passed or the browser says that the network is back.
function pause(ms) {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      window.removeEventListener("online", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms * (0.75 + Math.random() / 2));
    window.addEventListener("online", wake);
  });
}
