// ruleid: js-trojan-source
if (access !== "user‮⁦") grant();
// ruleid: js-trojan-source
const mark = "⁦x⁩";
// ok: js-trojan-source
if (access !== "user") deny();
// ok: js-trojan-source
const escaped = "\u202e";
