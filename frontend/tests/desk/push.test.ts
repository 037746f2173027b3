import { beforeEach, expect, test, vi } from "vitest";
import { renew } from "../../src/desk/push";

const NEW = "https://push.example/new";

function container(endpoint: string | null): ServiceWorkerContainer {
  const subscription = endpoint && { endpoint, toJSON: () => ({ endpoint }) };
  const pushManager = { getSubscription: () => Promise.resolve(subscription) };
  return { ready: Promise.resolve({ pushManager }) } as unknown as ServiceWorkerContainer;
}

const post = vi.fn(() => Promise.resolve(new Response("{}", { status: 201 })));

beforeEach(() => {
  localStorage.clear();
  post.mockClear();
  vi.stubGlobal("fetch", post);
});

test("a new address is told once", async () => {
  localStorage.setItem("majung:push", "https://push.example/old");
  await renew(container(NEW), "/desk/notices/browsers");
  await renew(container(NEW), "/desk/notices/browsers");
  expect(post).toHaveBeenCalledOnce();
  expect(post).toHaveBeenCalledWith(
    "/desk/notices/browsers",
    expect.objectContaining({ method: "POST" }),
  );
  expect(localStorage.getItem("majung:push")).toBe(NEW);
});

test.each([
  ["a browser that was never told of anything", "", NEW],
  ["one whose address is the same", NEW, NEW],
  ["one that wants no push any more", "https://push.example/old", null],
])("nothing is told by %s", async (_who, known, endpoint) => {
  if (known) localStorage.setItem("majung:push", known);
  await renew(container(endpoint), "/desk/notices/browsers");
  expect(post).not.toHaveBeenCalled();
});

test("what the server did not take is told again", async () => {
  localStorage.setItem("majung:push", "https://push.example/old");
  post.mockResolvedValueOnce(new Response("{}", { status: 503 }));
  await renew(container(NEW), "/desk/notices/browsers");
  expect(localStorage.getItem("majung:push")).toBe("https://push.example/old");
  await renew(container(NEW), "/desk/notices/browsers");
  expect(post).toHaveBeenCalledTimes(2);
});
