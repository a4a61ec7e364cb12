import { describe, expect, it } from "vitest";
import { describeNotification } from "../src/notification";

const now = new Date("2026-03-14T12:30:00Z");
const payload = (expires: string) => ({
  web_push: 8030,
  notification: {
    title: "Heb je even?", body: "Een paar vragen.", lang: "nl", tag: "t1", navigate: "https://kiem.example/beep/b1",
    data: { beep: "b1", kind: "questionnaire", expires_at: expires, due_at: "2026-03-14T12:00:00Z" },
  },
  mutable: true,
});

describe("what a push shows", () => {
  it("is what the payload says, while the beep is open", () => {
    const shown = describeNotification(payload("2026-03-14T13:00:00Z"), "nl", now);
    expect(shown).toMatchObject({ title: "Heb je even?", beep: "b1", options: { body: "Een paar vragen.", tag: "t1", lang: "nl" } });
    expect(shown.options.data).toMatchObject({ navigate: "https://kiem.example/beep/b1", beep: "b1" });
  });

  it("is a kind word when it came too late, and leads to today instead of a dead questionnaire", () => {
    for (const [language, word] of [["nl", "Geeft niks"], ["en", "No worries"]] as const) {
      const shown = describeNotification(payload("2026-03-14T12:30:00Z"), language, now);
      expect(shown.options.body).toContain(word);
      expect(shown.options.data).toMatchObject({ navigate: "/" });
    }
  });

  it("is heard again only for a reminder", () => {
    const heard = (kind: string, expires: string) => {
      const sent = payload(expires);
      const told = describeNotification({ notification: { ...sent.notification, data: { ...sent.notification.data, kind } } }, "nl", now);
      return (told.options as { renotify?: boolean }).renotify;
    };
    expect(heard("reminder", "2026-03-14T13:00:00Z")).toBe(true);
    expect(heard("questionnaire", "2026-03-14T13:00:00Z")).toBe(false);
    expect(heard("reminder", "2026-03-14T12:00:00Z")).toBe(false);
  });

  it.each([[null], ["nonsense"], [{}], [{ notification: [] }], [{ notification: { title: 3, data: "x" } }]])("is never nothing: %j", (broken) => {
    const shown = describeNotification(broken, "en", now);
    expect(shown.title).not.toBe("");
    expect(shown.options.body).not.toBe("");
  });

  it("knows a test from a beep, so that nobody counts it as asked", () => {
    const shown = describeNotification({ notification: { title: "x", navigate: "/?push=test", data: { kind: "test", beep: "b" } } }, "nl", new Date());
    expect(shown).toMatchObject({ isTest: true, beep: null, options: { data: { navigate: "/?push=test" } } });
  });
});
