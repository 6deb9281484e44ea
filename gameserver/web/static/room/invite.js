// How others get in: a key or a link, and the link as a QR code.

import { qrcode } from "../vendor/qrcode-generator.js";

import { byId, toast } from "../dom.js";
import { addressOf } from "../invitation.js";
import { words } from "../words.js";

const QUIET = 4; // modules around the code (ISO/IEC 18004, 6.3.8)
const SVG = "http://www.w3.org/2000/svg";

export function renderInvitation(room) {
  const address = addressOf(room);
  byId("invite-how").textContent = room.key === null ? words.inviteByLink : words.inviteByKey;
  byId("invite-key").textContent = room.key ?? "";
  byId("copy").onclick = () => navigator.clipboard.writeText(address).then(() => toast(words.copied), () => toast(address));
  if (byId("qr").dataset.address !== address) byId("qr").replaceChildren(drawn(address));
  byId("qr").dataset.address = address;
  byId("qr").firstChild.setAttribute("aria-label", words.qrOf(address));
}

function drawn(text) {
  const code = qrcode(0, "M"); // the smallest that holds it
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const dark = [];
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (code.isDark(row, column)) dark.push(`M${column + QUIET} ${row + QUIET}h1v1h-1z`);
    }
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", dark.join(""));
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${size + 2 * QUIET} ${size + 2 * QUIET}`);
  svg.setAttribute("role", "img");
  svg.append(path);
  return svg;
}
