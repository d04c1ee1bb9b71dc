// Read GIFT with gift-pegjs, a parser that is not ours.
import gift from "gift-pegjs";

export const parse = (text) => gift.parse(text);
