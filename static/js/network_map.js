// The network map on its page: fetches what the picture shows, grouped by the server for its zoom, and the
// names of what somebody touches. Without JavaScript the page shows a picture and the same in words.
(function () {
  "use strict";

  var box = document.querySelector("[data-network]");
  if (!box || !window.L || !window.RujukanNetwork) return;
  var settings = JSON.parse(document.getElementById("network-settings").textContent);
  var words = settings.words;
  var kit = window.RujukanNetwork;
  var status = box.querySelector("[data-network-status]");
  var versions = {};
  var asked = 0;
  var wanted = {};
  var known = {}; // names that were asked for already, of this version
  var moves = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  box.hidden = false;
  var map = L.map(box.querySelector("[data-network-canvas]"), {
    zoomControl: false, attributionControl: false, minZoom: 3, maxZoom: 17, scrollWheelZoom: false,
    zoomAnimation: moves, fadeAnimation: moves, inertia: moves
  });
  map.on("focus click", function () { map.scrollWheelZoom.enable(); });
  map.on("blur", function () { map.scrollWheelZoom.disable(); });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.getContainer().setAttribute("role", "group");
  map.getContainer().setAttribute("aria-label", words.map);
  var b = settings.box;
  map.fitBounds([[b[1], b[0]], [b[3], b[2]]], { padding: [24, 24], maxZoom: 12, animate: false });
  var drawn = kit.open(L, map, settings.legend, words, find);

  function address(path, more) {
    var query = new URLSearchParams(settings.query);
    Object.keys(more || {}).forEach(function (name) { query.set(name, more[name]); });
    return path + "?" + query.toString();
  }

  function get(path, more) {
    return fetch(address(path, more), { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    });
  }

  function find(refs, done) {
    Promise.all(refs.map(function (ref) {
      if (known[ref]) return known[ref];
      var found = get(settings.paths.names, typeof ref === "string" ? { cell: ref } : { n: ref, of: versions.now });
      known[ref] = found;
      found.catch(function () { delete known[ref]; });
      return found;
    })).then(done, function () { done(null); });
  }

  function round(number) { return Math.round(number * 1000) / 1000; }

  function note(version) {
    if (versions.now !== version) known = {};
    versions.now = version;
  }

  function look() {
    var turn = asked += 1;
    var seen = map.getBounds().pad(0.15);
    var where = {
      bbox: [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()].map(round).join(","),
      zoom: Math.max(0, Math.min(20, Math.round(map.getZoom())))
    };
    var jobs = [];
    function want(path, use) {
      jobs.push(get(path, where).then(function (found) { if (turn === asked) use(found); }));
    }
    status.textContent = words.loading;
    if (!wanted.all) {
      want(settings.paths.agencies, function (found) { note(found.version); drawn.agencies(kit.read(found, settings.legend)); });
    }
    want(settings.paths.flows, function (found) {
      note(found.version);
      drawn.ways(kit.lines(found));
      jobs.left = found.left_out;
    });
    if (wanted.ground !== false) want(settings.paths.ground, drawn.ground);
    if (wanted.coverage) want(settings.paths.coverage, drawn.coverage);
    Promise.all(jobs).then(function () {
      if (turn === asked) status.textContent = jobs.left ? kit.fill(words.leftOut, { n: jobs.left }) : "";
    }, function () { if (turn === asked) status.textContent = words.failed; });
  }

  // Every agency as a mark of its own: one packed layer, fetched once.
  function everybody(on) {
    wanted.all = on;
    if (!on) return look();
    status.textContent = words.loading;
    return get(settings.paths.points).then(function (layer) {
      note(layer.version);
      var areas = kit.read(layer.areas, settings.legend).areas;
      drawn.agencies({ marks: kit.unpack(layer), areas: areas });
      status.textContent = "";
    }, function () { wanted.all = false; status.textContent = words.failed; });
  }

  var timer = null;
  map.on("moveend", function () {
    clearTimeout(timer);
    timer = setTimeout(look, 150);
  });
  Array.prototype.forEach.call(box.querySelectorAll("[data-network-layer]"), function (tick) {
    var name = tick.getAttribute("data-network-layer");
    function turn() {
      wanted[name] = tick.checked;
      if (name === "all") { everybody(tick.checked); return; }
      drawn.show(name, tick.checked);
      if (tick.checked && name === "coverage") look();
    }
    tick.addEventListener("change", turn);
    wanted[name] = tick.checked;
    if (name !== "all") drawn.show(name, tick.checked);
  });
  if (wanted.all) everybody(true);
  look();
})();
