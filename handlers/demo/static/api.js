// The demo's JSON API. A failure is an ApiError whose message tells the person what to do.

export class ApiError extends Error {
  // `reached`: the server has answered; otherwise nobody knows what became of the request.
  constructor(message, reached) {
    super(message);
    this.reached = reached;
  }
}

export const get = (path) => call(path, { cache: "no-store" });

export const post = (path, body) =>
  call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

// A name for one act of the person: the server carries it out once, however often it is asked.
export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (number) => number.toString(36)).join("-");

async function call(path, options) {
  let response;
  let answer;
  try {
    response = await fetch(`/demo/${path}`, options);
    answer = await response.json();
  } catch {
    throw new ApiError("连接不上演示程序。请确认 make demo 仍在运行，然后重试。", false);
  }
  if (!response.ok) throw new ApiError(answer.error?.message ?? "出错了，请刷新页面后重试。", true);
  return answer;
}
