// ruleid: dom-xss
document.getElementById("a").innerHTML = location.hash.slice(1);
// ruleid: dom-xss, dom-html-built
document.write("<b>" + new URLSearchParams(location.search).get("q") + "</b>");
// ok: dom-xss
document.getElementById("a").textContent = location.hash.slice(1);
// ok: dom-xss
document.getElementById("a").innerHTML = DOMPurify.sanitize(location.hash);
// ruleid: dom-html-built
list.innerHTML += `<li>${item.name}</li>`;
// ok: dom-html-built
list.innerHTML = "";
// ok: dom-html-built
list.innerHTML = `<li>${escapeHtml(item.name)}</li>`;
