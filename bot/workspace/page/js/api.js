// Calls to the workspace server; every body names who acts.

import { state } from "./store.js";

export class ApiError extends Error {
  constructor(status, code) {
    super(code || `HTTP ${status}`);
    this.status = status;
    this.code = code;
  }
}

async function answer(response) {
  let data = {};
  try {
    data = await response.json();
  } catch {
    data = {};
  }
  if (!response.ok) throw new ApiError(response.status, data.error || data.detail);
  return data;
}

export async function get(path, query = {}) {
  const search = new URLSearchParams(Object.entries(query).filter(([, v]) => v !== undefined && v !== null));
  return answer(await fetch(`/page/api/${path}?${search}`, { headers: { accept: "application/json" } }));
}

export async function post(path, body = {}) {
  return answer(
    await fetch(`/page/api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user: state.me, ...body }),
    }),
  );
}

export async function upload(file, fields) {
  const form = new FormData();
  form.append("file", file, file.name);
  for (const [name, value] of Object.entries({ user: state.me, ...fields })) if (value) form.append(name, value);
  return answer(await fetch("/page/api/upload", { method: "POST", body: form }));
}
