import { describe, expect, it } from "vitest";
import { agreeTo, type ConsentText, freeScopes, paragraphsOf, refuse } from "../src/consent";
import { explainParent, needsAddress, type Parent, placesOf } from "../src/parents";

const text: ConsentText = { version: 2, sha256: "a".repeat(64), language: "nl", sections: [{ title: "Wat is dit?", text: "Een.\n\nTwee." }] };

describe("saying yes", () => {
  it("is to the very text that was shown, with nothing chosen that was not tapped", () => {
    expect(agreeTo(text, [], freeScopes(false))).toEqual({
      version: 2, sha256: text.sha256, language: "nl", scopes: { use: true, research: true, sharing: false, recontact: false },
    });
    expect(agreeTo(text, ["recontact"], freeScopes(false)).scopes.recontact).toBe(true);
  });

  it("speaks of being looked after only where the study asks for it", () => {
    expect(agreeTo(text, ["monitoring"], freeScopes(undefined)).scopes).not.toHaveProperty("monitoring");
    expect(agreeTo(text, ["monitoring"], freeScopes(true)).scopes.monitoring).toBe(true);
    expect(agreeTo(text, [], freeScopes(true)).scopes.monitoring).toBe(false);
  });

  it("can be a no to everything, and a text comes apart into its paragraphs", () => {
    expect(Object.values(refuse(text).scopes)).not.toContain(true);
    expect(paragraphsOf(text.sections[0]!.text)).toEqual(["Een.", "Twee."]);
  });
});

describe("a parent's yes", () => {
  const asked = (parent: 1 | 2, state: Parent["state"]): Parent => ({ parent, state, method: "mail", mail: "a•••@example.org", decided_at: null, may_send_from: null });

  it("has as many places as the study asks for, in their order, asked or not", () => {
    expect(placesOf({ required: 2, parents: [asked(2, "waiting")] })).toEqual([1, asked(2, "waiting")]);
    expect(placesOf({ required: 1, parents: [] })).toEqual([1]);
    expect(placesOf({ required: 0, parents: [] })).toEqual([]);
  });

  it("asks for an address where none is any good, and leaves alone who was asked or has agreed", () => {
    expect(([1, asked(1, "refused"), asked(1, "withdrawn"), asked(1, "expired"), asked(1, "undeliverable")] as const).map(needsAddress)).toEqual(Array(5).fill(true));
    expect([asked(1, "waiting"), asked(1, "reminded"), asked(1, "agreed")].map(needsAddress)).toEqual([false, false, false]);
  });

  it("has words for every refusal of the server", () => {
    const refused = (code: string) => explainParent({ ok: false, reached: true, status: 409, problem: { status: 409, code }, retryAfterS: null });
    expect(["invalid", "consent-first", "parent-same-mail", "parent-decided", "too-many-mails"].map(refused)).toEqual([
      "parent.mail.wrong", "parent.first", "parent.same", "parent.decided", "parent.busy",
    ]);
    expect(refused("something-new")).toBe("parent.failed");
    expect(explainParent({ ok: false, reached: false })).toBe("parent.unreachable");
  });
});
