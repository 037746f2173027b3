import { expect, test } from "vitest";
import { findAt } from "../../src/shared/hangul";

test.each([
  ["배송 지연", "배송", 0],
  ["배송 지연", "ㅂㅅ", 0],
  ["배송 지연", "ㅈㅇ", 2],
  ["배송 지연", "배ㅅ", 0],
  ["배송 지연", "배소", 0],
  ["배송 지연", "송지", 1],
  ["가나다", "간", 0],
  ["닭갈비", "닭ㄱ", 0],
  ["갈가마귀", "갉", 0],
  ["가나다", "갇", -1],
  ["Refund", "fund", 2],
  ["환불", "ㅎㅂ", 0],
  ["환불", "불환", -1],
  ["", "ㄱ", -1],
  ["아무거나", "", 0],
])("%s holds %s at %d", (text, query, at) => {
  expect(findAt(text, query)).toBe(at);
});
