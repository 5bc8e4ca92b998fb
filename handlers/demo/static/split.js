// How the chat client cuts a long text: into messages of at most 2048 bytes of UTF-8, in order, nothing lost.

export const LIMIT = 2048;

export function split(text, limit = LIMIT) {
  const parts = [];
  let part = "";
  let size = 0;
  for (const character of wellFormed(text)) {
    const bytes = byteLength(character);
    if (size + bytes > limit) {
      parts.push(part);
      part = "";
      size = 0;
    }
    part += character;
    size += bytes;
  }
  if (part) parts.push(part);
  return parts;
}

function byteLength(character) {
  const code = character.codePointAt(0);
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

// Half a surrogate pair cannot be sent as UTF-8.
function wellFormed(text) {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}
