// Quick exit: the button, or Shift three times. Without this file the button is an ordinary form.
(function () {
  "use strict";

  var WITHIN = 1500; // milliseconds for the three
  var form = document.querySelector("form[data-leave]");
  if (!form) return;
  var neutral = form.getAttribute("data-leave");
  var channel = "BroadcastChannel" in window ? new BroadcastChannel("leave") : null;

  function clearFields() {
    Array.prototype.forEach.call(document.querySelectorAll("input, textarea, select"), function (field) {
      if (field.type === "checkbox" || field.type === "radio") field.checked = false;
      else if (field.tagName === "SELECT") field.selectedIndex = -1;
      else field.value = "";
    });
  }

  // First what is on the screen, then what the browser could restore, then away.
  function blank() {
    document.documentElement.classList.add("is-leaving");
    document.title = "";
    clearFields();
    document.body.textContent = "";
    try {
      sessionStorage.clear();
      localStorage.clear();
    } catch (e) { /* storage is off: there is nothing in it */ }
    location.replace(neutral);
  }

  function leave() {
    var url = form.action;
    var sent = navigator.sendBeacon && navigator.sendBeacon(url);
    if (!sent) fetch(url, { method: "POST", keepalive: true, credentials: "same-origin" }).catch(function () {});
    if (channel) channel.postMessage("leave"); // other tabs show the same things
    blank();
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    event.stopPropagation();
    leave();
  });

  var times = [];
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Shift") { times = []; return; }
    if (event.repeat) return;
    times = times.filter(function (time) { return event.timeStamp - time < WITHIN; });
    times.push(event.timeStamp);
    if (times.length >= 3) leave();
  }, true);

  if (channel) channel.onmessage = blank;

  // A page out of the browser's memory (Back) after somebody has left: it knows by the cookie.
  function hasLeft() { return /(?:^|; )away=1/.test(document.cookie); }
  window.addEventListener("pageshow", function () { if (hasLeft()) blank(); });
  window.addEventListener("pagehide", function () { if (hasLeft()) clearFields(); });
})();
