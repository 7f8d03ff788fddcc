// A field for a place: suggestions while typing. The field's code is sent beside its words.
(function () {
  "use strict";

  Array.prototype.forEach.call(document.querySelectorAll("[data-place]"), function (box) {
    var place = box.querySelector("#place");
    var code = box.querySelector("[data-place-code]");
    var list = box.querySelector("#place-suggestions");

    // An empty field is not sent: the first of two fields of a name would win over a pick.
    function put(value) {
      code.value = value;
      code.disabled = value === "";
    }

    // Whatever somebody types is what they mean, not the place chosen before.
    place.addEventListener("input", function () {
      put("");
      if (!place.value.trim()) list.textContent = "";
    });

    // A suggestion: its code is sent, its words are shown.
    list.addEventListener("click", function (event) {
      var button = event.target.closest("[data-suggest-value]");
      if (!button) return;
      if (window.htmx) window.htmx.trigger(place, "htmx:abort");
      place.value = button.getAttribute("data-suggest-label");
      put(button.getAttribute("data-suggest-value"));
      place.dispatchEvent(new CustomEvent("place:taken"));
      list.textContent = "";
      place.focus();
    });

    // Arrows go from the field through the suggestions and back, Escape closes them.
    box.addEventListener("keydown", function (event) {
      var all = Array.prototype.slice.call(list.querySelectorAll("[data-suggest-value]"));
      if (!all.length || (event.target !== place && all.indexOf(event.target) < 0)) return;
      var at = all.indexOf(event.target);
      if (event.key === "ArrowDown") (all[at + 1] || all[at]).focus();
      else if (event.key === "ArrowUp") (all[at - 1] || place).focus();
      else if (event.key === "Escape") { list.textContent = ""; place.focus(); } else return;
      event.preventDefault();
    });
  });
})();
