// Small helps on every page. Nothing here is needed: each page works without it.
(function () {
  "use strict";

  function say(text) {
    var live = document.getElementById("live");
    if (!live || !text) return;
    live.textContent = "";
    window.setTimeout(function () { live.textContent = text; }, 50);
  }

  // What only works with scripts is sent hidden and shown here; also after htmx has put a new part in.
  function reveal(root) {
    var found = root.querySelectorAll("[data-print][hidden], [data-share-url][hidden], [data-stepper] [data-step][hidden]");
    for (var i = 0; i < found.length; i += 1) found[i].hidden = false;
  }

  function step(button) {
    var input = button.parentNode.querySelector("input");
    var now = parseFloat(input.value);
    var next = (isNaN(now) ? 0 : now) + parseFloat(button.getAttribute("data-step"));
    if (input.min !== "") next = Math.max(next, parseFloat(input.min));
    if (input.max !== "") next = Math.min(next, parseFloat(input.max));
    if (String(next) === input.value) return;
    input.value = next;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    say(input.value);
  }

  function tell(button, text) {
    var words = button.querySelector("span");
    if (!words || !text) return;
    if (!button.hasAttribute("data-words")) button.setAttribute("data-words", words.textContent);
    words.textContent = text;
    say(text);
    window.setTimeout(function () { words.textContent = button.getAttribute("data-words"); }, 4000);
  }

  function share(button) {
    var url = new URL(button.getAttribute("data-share-url"), location.href).href;
    var done = button.getAttribute("data-share-done");
    var failed = button.getAttribute("data-share-failed");
    if (navigator.share) {
      navigator.share({ title: button.getAttribute("data-share-title") || document.title, url: url }).catch(function () {});
    } else if (navigator.clipboard) {
      navigator.clipboard.writeText(url).then(
        function () { tell(button, done); },
        function () { tell(button, failed); }
      );
    } else {
      tell(button, failed);
    }
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-print], [data-share-url], [data-step]");
    if (!button) return;
    if (button.hasAttribute("data-print")) window.print();
    else if (button.hasAttribute("data-share-url")) share(button);
    else step(button);
  });

  // A second tap on a slow line sends nothing twice. htmx minds its own forms.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.closest("[hx-post], [hx-get], [hx-put], [hx-delete]")) return;
    if (form.getAttribute("aria-busy") === "true") event.preventDefault();
    else {
      form.setAttribute("aria-busy", "true");
      window.setTimeout(function () { form.removeAttribute("aria-busy"); }, 8000); // a download leaves the page standing
      keep(form);
    }
  });

  window.addEventListener("pageshow", function () {
    var busy = document.querySelectorAll("form[aria-busy]");
    for (var i = 0; i < busy.length; i += 1) busy[i].removeAttribute("aria-busy");
  });

  // <form data-keep>: after it comes back to the same page, stand where one stood. Only a height and an id are kept.
  function keep(form) {
    if (!form.hasAttribute("data-keep")) return;
    var at = document.activeElement;
    try {
      sessionStorage.setItem("keep", JSON.stringify([location.pathname, window.scrollY, (at && at.id) || ""]));
    } catch (e) { /* storage is off: nothing is kept */ }
  }

  function restore() {
    var kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem("keep"));
      sessionStorage.removeItem("keep");
    } catch (e) { return; }
    if (!kept || kept[0] !== location.pathname || document.getElementById("error-summary")) return;
    var at = kept[2] && document.getElementById(kept[2]);
    if (at) at.focus({ preventScroll: true });
    window.scrollTo(0, kept[1]);
  }

  // Paper cannot be unfolded.
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    opened.forEach(function (part) { part.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (part) { part.open = false; });
  });

  function net(failed) {
    return function () {
      var box = document.getElementById("net-error");
      if (!box) return;
      box.hidden = !failed;
      if (failed) box.scrollIntoView({ block: "nearest" });
    };
  }
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach(function (name) {
    document.addEventListener(name, net(true));
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail && event.detail.shouldSwap) net(false)();
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    reveal(event.target.parentNode || document);
  });

  reveal(document);
  restore();
  var summary = document.getElementById("error-summary");
  if (summary) summary.focus();
})();
