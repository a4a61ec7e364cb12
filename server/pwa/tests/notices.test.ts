import "fake-indexeddb/auto";
import { expect, it } from "vitest";
import { loadNotices, putAway, putNoticeAway, unread } from "../src/notices";
import { readStored } from "../src/storage";

const text = { nl: "Dank je wel", en: "Thank you" };
const first = { key: "thank-you", text, at: "2026-03-10T09:00:00+01:00" };
const later = { key: "thank-you", text, at: "2026-03-20T09:00:00+01:00" };

it("a message that was put away stays away, also after a restart without a network", async () => {
  expect(unread([first], putAway.value)).toEqual([first]);
  await putNoticeAway(first, [first]);
  putAway.value = [];
  loadNotices((await readStored()).facts);
  expect(unread([first], putAway.value)).toEqual([]);
});

it("the same words sent again are a new message, and old ones are not remembered for ever", async () => {
  expect(unread([later], putAway.value)).toEqual([later]);
  await putNoticeAway(later, [later]);
  expect(putAway.value).toEqual([`thank-you@${later.at}`]);
  expect(unread(undefined, putAway.value)).toEqual([]);
});
