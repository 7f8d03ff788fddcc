// The map beside a list, and the map to tap on. Leaflet comes when a map comes into view, from this site;
// there are no tiles, only the outlines that the operator loaded. Without a map the list says the same.
(function () {
  "use strict";

  var RINGS_KM = [5, 10, 20];
  var CELL_METRES = 3700; // a hidden place lies somewhere in a cell about this far across from its middle
  var NEAR_METRES = 30000; // what is farther away does not widen the map
  var NEAR_PIXELS = 34; // marks closer than this are one mark
  var CHOOSING_ZOOM = 10;
  var HOME_ZOOM = 10; // a city and what lies around it
  var COUNTRY = [[-11, 95], [6, 141]];
  var waiting = null;

  function words(box) {
    return JSON.parse(box.getAttribute("data-map"));
  }

  function leaflet(settings) {
    waiting = waiting || new Promise(function (done, failed) {
      var style = document.createElement("link");
      style.rel = "stylesheet";
      style.href = settings.style;
      document.head.insertBefore(style, document.head.querySelector("link[rel=stylesheet]")); // ours come later and win
      var script = document.createElement("script");
      script.src = settings.leaflet;
      script.onload = function () { done(window.L); };
      script.onerror = function () { waiting = null; failed(new Error("leaflet")); };
      document.head.appendChild(script);
    });
    return waiting;
  }

  // The map without anything on it.
  function bare(L, box, settings) {
    var said = settings.words;
    var moves = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    var canvas = box.querySelector("[data-map-canvas]");
    var map = L.map(canvas, {
      zoomControl: false, attributionControl: false, minZoom: 4, maxZoom: 17,
      zoomSnap: 0.5, maxBounds: [[-30, 70], [25, 165]], scrollWheelZoom: false,
      zoomAnimation: moves, fadeAnimation: moves, markerZoomAnimation: moves, inertia: moves
    });
    L.control.zoom({ zoomInTitle: said.zoomIn, zoomOutTitle: said.zoomOut }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    canvas.setAttribute("role", "group");
    canvas.setAttribute("aria-label", said.map);
    // A wheel that only wants to pass the map by must not be caught by it.
    map.on("focus click", function () { map.scrollWheelZoom.enable(); });
    map.on("blur", function () { map.scrollWheelZoom.disable(); });
    map.createPane("ground").style.zIndex = 200;
    map.createPane("names").style.zIndex = 250;
    map.createPane("rings").style.zIndex = 300;
    ground(L, map, settings.ground);
    return map;
  }

  function name(L, words, at) {
    var node = document.createElement("span");
    node.textContent = words;
    return L.marker(at, {
      pane: "names", interactive: false, keyboard: false, icon: L.divIcon({ className: "ground-name", html: node, iconSize: [0, 0] })
    });
  }

  // Wider areas come first in the ground, so the last one is of the narrowest level.
  function narrowest(found) {
    var last = found.features[found.features.length - 1];
    return last ? last.properties.level : "";
  }

  // Names of points, wider areas first: one that would stand on another is left out.
  function roomy(L, map) {
    var taken = [];
    return function (feature) {
      if (feature.geometry.type !== "Point") return true;
      var at = map.latLngToLayerPoint(L.latLng(feature.geometry.coordinates[1], feature.geometry.coordinates[0]));
      var half = feature.properties.name.length * 4 + 6;
      var free = taken.every(function (other) {
        return Math.abs(other.x - at.x) > other.half + half || Math.abs(other.y - at.y) > 18;
      });
      if (free) taken.push({ x: at.x, y: at.y, half: half });
      return free;
    };
  }

  // The names of the narrowest areas that are drawn, where there is room for them.
  function names(L, map, outlines, found) {
    var group = L.layerGroup();
    var last = narrowest(found);
    outlines.eachLayer(function (layer) {
      var area = layer.feature.properties;
      if (!layer.getBounds || area.level !== last) return;
      var bounds = layer.getBounds();
      var across = map.latLngToLayerPoint(bounds.getNorthEast()).subtract(map.latLngToLayerPoint(bounds.getSouthWest()));
      if (across.x > area.name.length * 7 && -across.y > 26) name(L, area.name, bounds.getCenter()).addTo(group);
    });
    return group;
  }

  // Outlines of what is in view. A failure leaves an empty ground: marks and rings still say how far.
  function ground(L, map, url) {
    var shown = null;
    var named = null;
    var asked = 0;
    var had = "";
    function draw() {
      var area = map.getBounds().pad(0.25);
      var zoom = Math.round(map.getZoom());
      var box = [area.getWest(), area.getSouth(), area.getEast(), area.getNorth()]
        .map(function (degrees) { return degrees.toFixed(2); }).join(",");
      var question = url + "?bbox=" + box + "&zoom=" + zoom;
      if (question === had) return;
      had = question;
      asked += 1;
      var mine = asked;
      fetch(question).then(function (answer) {
        if (!answer.ok) throw new Error(answer.status);
        return answer.json();
      }).then(function (found) {
        if (mine !== asked) return;
        if (shown) map.removeLayer(shown);
        if (named) map.removeLayer(named);
        shown = L.geoJSON(found, {
          pane: "ground", interactive: false, filter: roomy(L, map),
          style: function (feature) {
            return { className: feature.properties.level === narrowest(found) ? "ground" : "ground ground-wide" };
          },
          pointToLayer: function (feature, at) { return name(L, feature.properties.name, at); }
        });
        named = names(L, map, shown, found).addTo(map);
        shown.addTo(map);
      }).catch(function () { had = ""; });
    }
    map.on("moveend", draw);
    map.whenReady(draw);
  }

  function mark(rank, area, miss) {
    var key = document.querySelector(".map-key");
    var marks = key ? key.querySelectorAll(".spot") : [];
    var found = marks[miss ? 2 : area ? 1 : 0];
    if (!found) return null;
    var copy = found.cloneNode(true);
    if (miss && area) copy.querySelector("svg").innerHTML = marks[1].querySelector("svg").innerHTML;
    copy.classList.toggle("spot-area", area);
    copy.querySelector("b").textContent = rank;
    return copy;
  }

  function card(point) {
    return point.rank ? document.getElementById("r" + point.rank) : null;
  }

  function text(node, selector) {
    var found = node && node.querySelector(selector);
    return found ? found.textContent.trim() : "";
  }

  function title(point) {
    return point.title || text(card(point), ".result-title");
  }

  function add(parent, name, className, content) {
    var node = document.createElement(name);
    if (className) node.className = className;
    if (content) node.textContent = content;
    parent.appendChild(node);
    return node;
  }

  // What a mark says: which services stand there, each with the way to its card.
  function told(points, said) {
    var box = document.createElement("div");
    if (points.length > 1) add(box, "p", "pop-head", said.several.replace("{n}", points.length));
    var list = add(box, "ul", "pop-list plain");
    list.setAttribute("role", "list");
    points.forEach(function (point) {
      var item = add(list, "li");
      var name = (point.rank ? point.rank + ". " : "") + title(point);
      if (card(point)) {
        var link = add(item, "a", "", name);
        link.href = "#r" + point.rank;
        link.setAttribute("data-card", point.rank);
      } else {
        add(item, "b", "", name);
      }
      var facts = [text(card(point), ".fact-value"), point.precision === "point" ? "" : said.area].filter(Boolean);
      if (facts.length) add(item, "span", "pop-note", facts.join(" · "));
    });
    return box;
  }

  function light(points, on) {
    points.forEach(function (point) {
      var found = card(point);
      if (found) found.classList.toggle("is-on", on);
    });
  }

  // Marks that would lie on each other at this zoom are one mark with the lowest number and a plus;
  // never an area with an exact place, which would make a place of the area.
  function grouped(map, points) {
    var groups = [];
    points.forEach(function (point) {
      var at = map.latLngToLayerPoint([point.lat, point.lon]);
      var area = point.precision !== "point";
      var home = groups.filter(function (group) { return group.area === area && group.at.distanceTo(at) < NEAR_PIXELS; })[0];
      if (home) home.points.push(point);
      else groups.push({ at: at, area: area, points: [point] });
    });
    return groups;
  }

  // An exact place stays where it is. An area is nowhere exactly, so its mark makes way for others.
  function apart(L, groups) {
    var step = 40;
    var ways = [[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, 1], [1, -1], [-1, -1], [2, 0], [-2, 0]];
    var taken = [];
    groups.forEach(function (group) {
      if (!group.area) taken.push(group.at.subtract([0, 21]));
    });
    groups.forEach(function (group) {
      if (!group.area) return;
      var free = ways.map(function (way) { return L.point(way[0] * step, way[1] * step); }).filter(function (away) {
        var here = group.at.add(away);
        return taken.every(function (other) { return other.distanceTo(here) >= step; });
      })[0];
      group.away = free || L.point(0, 0);
      taken.push(group.at.add(group.away));
    });
    return groups;
  }

  function marks(L, map, points, said) {
    var layer = L.layerGroup().addTo(map);
    var byRank = {};

    function draw() {
      layer.clearLayers();
      byRank = {};
      apart(L, grouped(map, points)).forEach(function (group) {
        var first = group.points[0];
        var area = group.area;
        var miss = group.points.every(function (point) { return point.miss; });
        var many = group.points.length > 1;
        var label = first.rank ? first.rank + (many ? "+" : "") : many ? group.points.length : "";
        var drawn = mark(label, area, miss);
        var name = group.points.map(function (point) {
          return (point.rank ? point.rank + ": " : "") + title(point) + (point.precision === "point" ? "" : " (" + said.area + ")");
        }).join("; ");
        var one = L.marker([first.lat, first.lon], {
          icon: L.divIcon({ className: "spot-icon", html: drawn || label, iconSize: [36, 42], iconAnchor: area ? [18 - group.away.x, 21 - group.away.y] : [18, 41], popupAnchor: area ? [group.away.x, group.away.y - 18] : [0, -36] }),
          riseOnHover: true, zIndexOffset: -(first.rank || 0)
        });
        one.bindPopup(told(group.points, said), { autoPanPadding: [12, 12], maxWidth: 260 });
        one.on("add", function () {
          var node = one.getElement();
          node.setAttribute("aria-label", name);
          node.addEventListener("focus", function () { light(group.points, true); });
          node.addEventListener("blur", function () { light(group.points, false); });
          node.addEventListener("keydown", function (event) {
            if (event.key === " ") { event.preventDefault(); one.openPopup(); }
            if (event.key === " " || event.key === "Enter") one.byKey = true;
          });
        });
        one.on("mouseover", function () { light(group.points, true); });
        one.on("mouseout", function () { if (!one.isPopupOpen()) light(group.points, false); });
        one.on("popupopen", function (event) {
          light(group.points, true);
          var node = event.popup.getElement();
          var close = node.querySelector(".leaflet-popup-close-button");
          close.setAttribute("aria-label", said.close);
          if (one.byKey) (node.querySelector("a[data-card]") || close).focus();
        });
        one.on("popupclose", function () {
          light(group.points, false);
          if (one.byKey && one.getElement()) one.getElement().focus();
          one.byKey = false;
        });
        one.addTo(layer);
        group.points.forEach(function (point) { if (point.rank) byRank[point.rank] = one; });
      });
    }

    function raise(event, on) {
      var found = event.target.closest && event.target.closest("article.result[id]");
      var one = found && byRank[found.id.slice(1)];
      if (!one || !one.getElement()) return;
      one.getElement().classList.toggle("is-on", on);
      one.setZIndexOffset(on ? 1000 : -Number(found.id.slice(1)));
    }
    [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]].forEach(function (pair) {
      document.addEventListener(pair[0], function (event) { raise(event, pair[1]); });
    });
    map.on("zoomend", draw);
    draw();
  }

  function cells(L, map, points) {
    points.forEach(function (point) {
      if (point.precision !== "hidden") return;
      L.circle([point.lat, point.lon], { radius: CELL_METRES, pane: "rings", interactive: false, className: "cell" + (point.miss ? " cell-miss" : "") }).addTo(map);
    });
  }

  function rings(L, map, origin, label) {
    RINGS_KM.forEach(function (km) {
      L.circle(origin, { radius: km * 1000, pane: "rings", interactive: false, className: "ring" }).addTo(map);
      L.marker([origin[0] + km / 110.6, origin[1]], {
        icon: L.divIcon({ className: "ring-label", html: km + " km", iconSize: [52, 18] }), pane: "names", interactive: false, keyboard: false
      }).addTo(map);
    });
    map.createPane("here").style.zIndex = 500; // below the marks, which matter more
    var here = L.marker(origin, {
      pane: "here",
      icon: L.divIcon({ className: "here", html: "", iconSize: [22, 22] }), interactive: false, keyboard: false, zIndexOffset: -500
    }).addTo(map);
    here.bindTooltip(label, { permanent: true, direction: "bottom", offset: [0, 10], className: "here-label", pane: "here" });
  }

  // What fits and is near fills the map: one place in another province must not make a dot of the town.
  function frame(L, map, points, origin, box, said) {
    var good = points.filter(function (point) { return !point.miss; });
    var shown = good.length ? good : points;
    if (origin) {
      shown = shown.map(function (point) {
        return { point: point, metres: map.distance(origin, [point.lat, point.lon]) };
      }).sort(function (a, b) { return a.metres - b.metres; }).filter(function (found, at) {
        return at === 0 || found.metres <= NEAR_METRES;
      }).map(function (found) { return found.point; });
    }
    var all = shown.map(function (point) { return [point.lat, point.lon]; });
    if (origin) all.push(origin);
    if (all.length === 1) map.setView(all[0], shown[0].precision === "point" ? 12 : 11);
    else map.fitBounds(L.latLngBounds(all), { padding: [56, 48], maxZoom: 14 });
    var beyond = points.filter(function (point) { return !map.getBounds().contains([point.lat, point.lon]); }).length;
    var note = box.querySelector("[data-map-note]");
    note.textContent = beyond ? said.beyond.replace("{n}", beyond) : "";
    note.hidden = !beyond;
  }

  function fail(box, settings) {
    var note = box.querySelector("[data-map-note]");
    note.textContent = settings.words.failed;
    note.hidden = false;
    box.querySelector("[data-map-canvas]").hidden = true;
  }

  function show(box) {
    var settings = words(box);
    leaflet(settings).then(function (L) {
      var given = JSON.parse(box.querySelector("[data-map-points]").textContent);
      var map = bare(L, box, settings);
      frame(L, map, given.points, given.origin, box, settings.words);
      if (given.origin) rings(L, map, given.origin, (given.label || settings.words.here).split(",")[0]);
      cells(L, map, given.points);
      marks(L, map, given.points, settings.words);
    }).catch(function () { fail(box, settings); });
  }

  // The map to tap on: it says where by the event "pick" with lat and lon.
  function pick(box, start) {
    var settings = words(box);
    return leaflet(settings).then(function (L) {
      var map = bare(L, box, settings);
      var note = box.querySelector("[data-map-note]");
      var chosen = null;
      function choose(at) {
        chosen = chosen || L.marker(at, { icon: L.divIcon({ className: "here here-chosen", html: "", iconSize: [26, 26] }), interactive: false, keyboard: false }).addTo(map);
        chosen.setLatLng(at);
      }
      function tell(at) {
        if (map.getZoom() < CHOOSING_ZOOM) { // a finger covers a province here
          map.setView(at, Math.min(map.getZoom() + 3, CHOOSING_ZOOM));
          note.textContent = settings.words.nearer;
          return;
        }
        note.textContent = "";
        choose(at);
        box.dispatchEvent(new CustomEvent("pick", { detail: { lat: at.lat.toFixed(5), lon: at.wrap().lng.toFixed(5) } }));
      }
      var home = box.getAttribute("data-home");
      if (start) { map.setView(start, 13); choose(start); }
      else if (home) map.setView(home.split(",").map(Number), HOME_ZOOM);
      else map.fitBounds(COUNTRY);
      map.on("click", function (event) { tell(event.latlng); });
      // Without a pointer: move the map, then Enter takes its middle.
      box.querySelector("[data-map-canvas]").addEventListener("keydown", function (event) {
        if (event.key === "Enter" && event.target === event.currentTarget) { event.preventDefault(); tell(map.getCenter()); }
      });
      note.textContent = settings.words.pick;
      return { map: map, choose: choose, forget: function () { if (chosen) map.removeLayer(chosen); chosen = null; } };
    }).catch(function (error) { fail(box, settings); throw error; });
  }

  // On paper a map keeps the size for which it was drawn.
  function hold(box) {
    var canvas = box.querySelector("[data-map-canvas]");
    window.addEventListener("beforeprint", function () {
      canvas.style.width = canvas.offsetWidth + "px";
      canvas.style.height = canvas.offsetHeight + "px";
    });
    window.addEventListener("afterprint", function () {
      canvas.style.width = canvas.style.height = "";
    });
  }

  function watch(box) {
    hold(box);
    box.hidden = false;
    if (!("IntersectionObserver" in window)) return show(box);
    var seen = new IntersectionObserver(function (entries) {
      if (!entries.some(function (entry) { return entry.isIntersecting; })) return;
      seen.disconnect();
      show(box);
    }, { rootMargin: "400px" });
    seen.observe(box);
  }

  var boxes = document.querySelectorAll(".map-box[data-map]");
  for (var i = 0; i < boxes.length; i += 1) watch(boxes[i]);
  if (boxes.length) {
    var links = document.querySelectorAll(".to-map[hidden]");
    for (var j = 0; j < links.length; j += 1) links[j].hidden = false;
  }
  // From a mark to its card: there the reading goes on.
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-card]");
    var found = link && document.getElementById("r" + link.getAttribute("data-card"));
    if (!found) return;
    event.preventDefault();
    found.scrollIntoView({ block: "center" });
    found.querySelector(".result-title a").focus({ preventScroll: true });
  });

  window.rujukanMap = { pick: pick };
})();
