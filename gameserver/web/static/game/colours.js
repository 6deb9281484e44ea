// A colour for each seat: eight that stay apart by lightness and hue, by day and by night.

const COLOURS = ["#e4572e", "#17a398", "#f3a712", "#5b7fe8", "#b14aed", "#7fb800", "#e84a8a", "#3aa0d8"];

export const colourOf = (seat) => COLOURS[seat % COLOURS.length];
