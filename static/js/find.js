// What makes the find form easier: the own location, a tap on the map, suggestions while typing.
(function () {
  "use strict";

  var form = document.querySelector("[data-find]");
  if (!form) return;
  var place = form.querySelector("#place");
  var code = form.querySelector("[data-place-code]");
  var lat = form.querySelector("[data-lat]");
  var lon = form.querySelector("[data-lon]");
  var point = form.querySelector("[data-point]");
  var say = form.querySelector("[data-place-say]");
  var list = form.querySelector("#place-suggestions");
  var map = form.querySelector("#pick-map");
  var opener = form.querySelector("[data-pick]");
  var picker = null;
  var before = ""; // what was typed before a point took its place

  // An empty field is not sent: the first of two fields of a name would win over a pick.
  function put(input, value) {
    input.value = value;
    input.disabled = value === "";
  }

  function showPoint(which) {
    point.querySelector("[data-point-words]").textContent = point.getAttribute("data-" + which);
    point.hidden = false;
    say.textContent = "";
  }

  function usePoint(latitude, longitude, which) {
    if (place.value) before = place.value;
    place.value = "";
    put(code, "");
    put(lat, latitude);
    put(lon, longitude);
    list.textContent = "";
    showPoint(which);
  }

  function dropPoint() {
    put(lat, "");
    put(lon, "");
    point.hidden = true;
    if (picker) picker.forget();
  }

  // Whatever somebody types is what they mean, not the place chosen before.
  place.addEventListener("input", dropPoint);

  // A suggestion was taken (suggest.js): it means a place, not a point.
  place.addEventListener("place:taken", dropPoint);

  form.querySelector("[data-point-off]").addEventListener("click", function () {
    dropPoint();
    place.value = before;
    place.focus();
  });

  function locate(button) {
    say.textContent = button.getAttribute("data-wait");
    navigator.geolocation.getCurrentPosition(function (found) {
      usePoint(found.coords.latitude.toFixed(5), found.coords.longitude.toFixed(5), "here");
      if (picker) picker.choose({ lat: found.coords.latitude, lng: found.coords.longitude });
    }, function (error) {
      say.textContent = button.getAttribute(error.code === 1 ? "data-denied" : "data-failed");
    }, { enableHighAccuracy: false, timeout: 15000, maximumAge: 120000 });
  }

  function toggle() {
    var opens = map.hidden;
    map.hidden = !opens;
    opener.setAttribute("aria-expanded", String(opens));
    if (!opens || picker) return;
    var start = lat.value && lon.value ? [Number(lat.value), Number(lon.value)] : null;
    window.rujukanMap.pick(map, start).then(function (made) { picker = made; }).catch(function () {});
  }
  map.addEventListener("pick", function (event) {
    usePoint(event.detail.lat, event.detail.lon, "tapped");
  });

  var locator = form.querySelector("[data-locate]");
  locator.hidden = !("geolocation" in navigator);
  locator.addEventListener("click", function () { locate(locator); });
  opener.addEventListener("click", toggle);
  form.querySelector("[data-tools]").hidden = false;

  // Another language must not lose what was typed: the form goes along.
  var typed = false;
  form.addEventListener("input", function () { typed = true; });
  document.addEventListener("click", function (event) {
    var link = event.target.closest(".site-lang a");
    if (!link || !typed) return;
    event.preventDefault();
    form.action += "?lang=" + link.hreflang;
    form.requestSubmit();
  });

  // What the page came with
  put(code, code.value);
  var whole = lat.value !== "" && lon.value !== "" && code.value === "";
  put(lat, whole ? lat.value : "");
  put(lon, whole ? lon.value : "");
  if (whole) showPoint("tapped");
})();
