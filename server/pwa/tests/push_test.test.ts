import { describe, expect, it } from "vitest";
import type { Answer } from "../src/api";
import { type DeviceState, judge, type TestState } from "../src/push_test";

const said = (test: TestState, other: Partial<DeviceState> = {}): Answer<DeviceState> =>
  ({ ok: true, status: 200, body: { known: true, retired_why: null, test, ...other } });

describe("a test notification", () => {
  it("is only called arrived when this phone showed it", () => {
    expect(judge(said("waiting"), 0)).toBe("waiting");
    expect(judge(said("accepted"), 5_000)).toBe("accepted");
    expect(judge(said("seen"), 5_000)).toBe("seen");
  });

  it("is not waited for longer than a minute", () => {
    expect(judge(said("accepted"), 61_000)).toBe("slow");
    expect(judge(said("seen"), 61_000)).toBe("seen");
  });

  it("says when this phone's address is not known, retired or failing", () => {
    expect(judge(said("none", { known: false }), 0)).toBe("unknown");
    expect(judge(said("waiting", { retired_why: "gone" }), 0)).toBe("unknown");
    expect(judge(said("failed"), 0)).toBe("failed");
    expect(judge({ ok: false, reached: true, status: 404, problem: { status: 404, code: "device-unknown" }, retryAfterS: null }, 0)).toBe("unknown");
    expect(judge({ ok: false, reached: false }, 0)).toBe("unreachable");
  });
});
