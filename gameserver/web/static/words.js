// The language of the page: the browser's, until another is chosen.

import { browser } from "./kept.js";
import english from "./words/en.js";
import russian from "./words/ru.js";

const LANGUAGES = { en: english, ru: russian };
const spoken = () =>
  [browser.get("language"), ...navigator.languages.map((tag) => tag.slice(0, 2))].find((tag) => tag in LANGUAGES) ??
  "en";

export let language = spoken();
export let words = LANGUAGES[language];

export function choose(chosen) {
  browser.set("language", chosen);
  language = chosen;
  words = LANGUAGES[chosen];
}

// A whole number of milliseconds; below ten with a tenth, as pings on one machine are.
export const inMs = (ms) => words.ms(ms < 9.95 ? ms.toLocaleString(language, { maximumFractionDigits: 1 }) : Math.round(ms));

export const inSeconds = (ms) => (ms / 1000).toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

// A name as it can stand in a sentence: one that is written from right to left turns only itself (UAX #9: FSI, PDI).
export const inSentence = (name) => (FROM_THE_RIGHT.test(name) ? `\u2068${name}\u2069` : name);

// Puts the words in their places.
export function speak() {
  document.documentElement.lang = language;
  document.title = words.title;
  for (const element of document.querySelectorAll("[data-words]")) {
    element.textContent = words[element.dataset.words];
  }
  for (const element of document.querySelectorAll("[data-placeholder]")) {
    element.placeholder = words[element.dataset.placeholder];
  }
  for (const element of document.querySelectorAll("[data-words-label]")) {
    element.setAttribute("aria-label", words[element.dataset.wordsLabel]);
  }
}
