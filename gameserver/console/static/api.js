// The one way to the server: JSON under /api/, with the secret of the login beside every change.

let csrf = "";

export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function asked(method, path, body) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Refused(0, "unreachable", "The server cannot be reached.");
  }
  const answer = await response.json().catch(() => null);
  if (answer === null) throw new Refused(response.status, "unreachable", `Something else than the server answered (${response.status}).`);
  if (response.ok) return answer;
  if (response.status === 401 && path !== "/api/login" && path !== "/api/session") {
    window.dispatchEvent(new Event("console:logged-out"));
  }
  throw new Refused(response.status, answer.error.code, answer.error.message);
}

const query = (values) => {
  const given = Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return given.length ? `?${new URLSearchParams(given)}` : "";
};

export const get = (path, values = {}) => asked("GET", `/api/${path}${query(values)}`);
export const post = (path, body = {}) => asked("POST", `/api/${path}`, body);
export const patch = (path, body) => asked("PATCH", `/api/${path}`, body);
export const at = encodeURIComponent;

export async function session() {
  const known = await get("session");
  csrf = known.csrf ?? "";
  return known;
}

export async function logIn(password) {
  csrf = (await post("login", { password })).csrf;
}
