// Draws the network: agencies as shapes, secret places as areas, ways as curves, on one canvas, so that
// a hundred thousand points are as many numbers and not as many elements. The live page (network_map.js)
// and the document that is taken along (maps/drawings) use the same. Asks nobody for anything.
(function () {
  "use strict";

  var NEAR = 18; // pixels a finger may miss a mark by
  var NEAR_LINE = 9;
  var MARK = 7; // pixels from the middle of a shape to its corners
  var SMALLEST_AREA = 11; // a secret place's cell never shrinks to a point: smaller, it is a sign of this size
  var BUCKET = 6; // of many points only one is drawn in so many pixels
  var MANY = 3000;
  var TILE = 256;

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (whole, name) { return name in values ? values[name] : whole; });
  }

  function bytes(text) {
    var raw = atob(text);
    var found = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i += 1) found[i] = raw.charCodeAt(i);
    return found;
  }

  function walk(text, n, parts) {
    var rows = bytes(text);
    var found = new Float64Array(n);
    var at = 0;
    for (var i = 0; i < n; i += 1) {
      var zigzag = (rows[i] | rows[n + i] << 8 | rows[2 * n + i] << 16 | rows[3 * n + i] << 24) >>> 0;
      at += zigzag % 2 ? -(zigzag + 1) / 2 : zigzag / 2;
      found[i] = at / parts;
    }
    return found;
  }

  // Columns of marks, as `draw` wants them.
  function columns(n) {
    return {
      n: n, lat: new Float64Array(n), lon: new Float64Array(n), x: new Float64Array(n), y: new Float64Array(n),
      type: new Uint8Array(n), tier: new Uint8Array(n), free: new Int32Array(n).fill(-1), about: new Uint8Array(n),
      many: new Int32Array(n).fill(1), ref: new Array(n)
    };
  }

  // Mercator in 0..1: done once, so that drawing is a multiplication.
  function project(marks) {
    for (var i = 0; i < marks.n; i += 1) {
      var sin = Math.sin(marks.lat[i] * Math.PI / 180);
      marks.x[i] = (marks.lon[i] + 180) / 360;
      marks.y[i] = 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
    }
    return marks;
  }

  function unpack(layer) {
    var marks = columns(layer.n);
    marks.lat = walk(layer.lat, layer.n, layer.parts);
    marks.lon = walk(layer.lon, layer.n, layer.parts);
    var types = bytes(layer.type);
    var refs = layer.refs && walk(layer.refs, layer.n, 1);
    var free = bytes(layer.free);
    for (var i = 0; i < layer.n; i += 1) {
      marks.type[i] = types[i] & 63;
      marks.tier[i] = types[i] >> 6;
      marks.free[i] = free[i] === 255 ? -1 : free[i];
      marks.ref[i] = refs ? refs[i] : i;
    }
    return project(marks);
  }

  // GeoJSON of agencies and groups: points become columns, polygons areas.
  function read(collection, legend) {
    var points = collection.features.filter(function (one) { return one.geometry.type === "Point"; });
    var marks = columns(points.length);
    points.forEach(function (one, i) {
      var said = one.properties;
      marks.lon[i] = one.geometry.coordinates[0];
      marks.lat[i] = one.geometry.coordinates[1];
      marks.many[i] = said.cell ? said.n : 1;
      marks.type[i] = said.cell ? 0 : legend.codes.indexOf(said.type);
      marks.tier[i] = said.tier || 0;
      marks.about[i] = said.about ? 1 : 0;
      marks.free[i] = said.free === undefined ? -1 : said.free;
      marks.ref[i] = said.cell || said.i;
    });
    return {
      marks: project(marks),
      areas: collection.features.filter(function (one) { return one.geometry.type === "Polygon"; }).map(function (one) {
        return {
          ring: one.geometry.coordinates[0].map(function (at) { return [at[1], at[0]]; }),
          at: [one.properties.at[1], one.properties.at[0]],
          type: legend.codes.indexOf(one.properties.type),
          free: one.properties.free === undefined ? -1 : one.properties.free,
          ref: one.properties.i
        };
      })
    };
  }

  function lines(collection) {
    return collection.features.map(function (one) {
      var ends = one.geometry.coordinates;
      var said = one.properties;
      return {
        a: [ends[0][1], ends[0][0]], b: [ends[1][1], ends[1][0]], from: said.from, to: said.to, sent: said.sent,
        least: said.least, accepted: said.accepted, minutes: said.minutes
      };
    });
  }

  function classOf(classes, value) {
    for (var i = classes.length - 1; i > 0; i -= 1) if (value >= classes[i].least) return classes[i];
    return classes[0];
  }

  function element(name, text, inside) {
    var made = document.createElement(name);
    if (text !== undefined && text !== null) made.textContent = text;
    (inside || []).forEach(function (one) { if (one) made.appendChild(one); });
    return made;
  }

  // `legend` and `words` come from maps/wording/network.py; `find(refs, done)` says who is behind marks.
  function open(L, map, legend, words, find) {
    var dark = window.matchMedia("(prefers-color-scheme: dark)");
    var state = { marks: columns(0), areas: [], lines: [] };
    var shown = { agencies: true, ways: true, beds: false };
    var canvas = L.DomUtil.create("canvas", "network-canvas");
    var brush = canvas.getContext("2d");
    map.createPane("ground").style.zIndex = 250;
    map.createPane("reach").style.zIndex = 300;
    map.getPanes().overlayPane.appendChild(canvas);
    map.getPanes().ground.classList.add("network-ground");
    var layers = { ground: L.layerGroup().addTo(map), coverage: L.layerGroup().addTo(map) };

    function pixel(at) { return map.latLngToContainerPoint(at); }

    function path(corners, x, y, size) {
      brush.beginPath();
      corners.forEach(function (corner, i) {
        brush[i ? "lineTo" : "moveTo"](x + corner[0] * size, y + corner[1] * size);
      });
      brush.closePath();
    }

    function curve(line) {
      var a = pixel(line.a);
      var b = pixel(line.b);
      return { a: a, b: b, x: (a.x + b.x) / 2 + (b.y - a.y) * legend.bend, y: (a.y + b.y) / 2 - (b.x - a.x) * legend.bend };
    }

    function along(c, t) {
      var u = 1 - t;
      return { x: u * u * c.a.x + 2 * u * t * c.x + t * t * c.b.x, y: u * u * c.a.y + 2 * u * t * c.y + t * t * c.b.y };
    }

    function drawLine(line) {
      var c = curve(line);
      var wide = classOf(legend.widths, line.sent || 0).pixels;
      brush.strokeStyle = brush.fillStyle = line.accepted === undefined ? legend.unknown.colour : classOf(legend.shares, line.accepted).colour;
      brush.lineWidth = wide;
      brush.globalAlpha = 0.8;
      brush.setLineDash(line.sent === null ? [2, 5] : []);
      brush.beginPath();
      brush.moveTo(c.a.x, c.a.y);
      brush.quadraticCurveTo(c.x, c.y, c.b.x, c.b.y);
      brush.stroke();
      brush.setLineDash([]);
      if (Math.abs(c.b.x - c.a.x) + Math.abs(c.b.y - c.a.y) < 30) return;
      var tip = along(c, 0.58);
      var before = along(c, 0.54);
      var turn = Math.atan2(tip.y - before.y, tip.x - before.x);
      var long = 7 + wide;
      brush.globalAlpha = 1;
      brush.beginPath();
      brush.moveTo(tip.x + long * 0.6 * Math.cos(turn), tip.y + long * 0.6 * Math.sin(turn));
      brush.lineTo(tip.x - long * Math.cos(turn - 0.5), tip.y - long * Math.sin(turn - 0.5));
      brush.lineTo(tip.x - long * Math.cos(turn + 0.5), tip.y - long * Math.sin(turn + 0.5));
      brush.closePath();
      brush.fill();
    }

    function areaShape(area) {
      var middle = pixel(area.at);
      var corners = area.ring.map(pixel);
      var far = Math.max.apply(null, corners.map(function (p) { return Math.hypot(p.x - middle.x, p.y - middle.y); }));
      var grow = Math.max(1, SMALLEST_AREA / far);
      return {
        x: middle.x, y: middle.y, r: far * grow,
        corners: corners.map(function (p) { return [(p.x - middle.x) * grow, (p.y - middle.y) * grow]; })
      };
    }

    function drawArea(area) {
      var shape = areaShape(area);
      var colour = legend.kinds[legend.kindOf[area.type]].colour;
      path(shape.corners, shape.x, shape.y, 1);
      brush.globalAlpha = 0.25;
      brush.fillStyle = colour;
      brush.fill();
      brush.globalAlpha = 1;
      brush.strokeStyle = dark.matches ? "#fff" : "#222";
      brush.lineWidth = 1.5;
      brush.setLineDash([4, 3]);
      brush.stroke();
      brush.setLineDash([]);
      if (shown.beds && area.free >= 0) label(area.free, shape.x, shape.y);
    }

    function label(free, x, y) {
      var text = String(free);
      brush.font = "bold 12px sans-serif";
      var wide = brush.measureText(text).width + 8;
      brush.fillStyle = free ? "#0c5934" : "#971919";
      brush.fillRect(x + 5, y - 19, wide, 15);
      brush.fillStyle = "#fff";
      brush.textAlign = "left";
      brush.textBaseline = "middle";
      brush.fillText(text, x + 9, y - 11);
    }

    function drawGroup(marks, i, x, y) {
      var r = 11 + Math.min(13, 3 * Math.log10(marks.many[i]) * 2);
      brush.beginPath();
      brush.arc(x, y, r, 0, 2 * Math.PI);
      brush.fillStyle = dark.matches ? "#7e3b78" : "#5c2458";
      brush.fill();
      brush.lineWidth = 2;
      brush.strokeStyle = "#fff";
      brush.stroke();
      brush.fillStyle = "#fff";
      brush.font = "bold 12px sans-serif";
      brush.textAlign = "center";
      brush.textBaseline = "middle";
      brush.fillText(marks.many[i] > 9999 ? Math.round(marks.many[i] / 1000) + "k" : marks.many[i], x, y);
    }

    function drawMark(marks, i, x, y) {
      var kind = legend.kinds[legend.kindOf[marks.type[i]]];
      path(kind.shape, x, y, MARK);
      brush.fillStyle = kind.colour;
      brush.fill();
      brush.lineWidth = 1.2;
      brush.strokeStyle = dark.matches ? "#000" : "#fff";
      brush.stroke();
      if (marks.tier[i] === 1) {
        brush.beginPath();
        brush.arc(x, y, 2.6, 0, 2 * Math.PI);
        brush.fillStyle = "#fff";
        brush.fill();
      }
    }

    // Calls back for every mark in the picture, with its pixels.
    function each(marks, wide, high, edge, told) {
      var world = TILE * Math.pow(2, map.getZoom());
      var origin = map.containerPointToLayerPoint([0, 0]).add(map.getPixelOrigin());
      for (var i = 0; i < marks.n; i += 1) {
        var x = marks.x[i] * world - origin.x;
        if (x < -edge || x > wide + edge) continue;
        var y = marks.y[i] * world - origin.y;
        if (y < -edge || y > high + edge) continue;
        told(i, x, y);
      }
    }

    function draw() {
      var size = map.getSize();
      var dense = Math.min(window.devicePixelRatio || 1, 2);
      canvas.width = size.x * dense;
      canvas.height = size.y * dense;
      canvas.style.width = size.x + "px";
      canvas.style.height = size.y + "px";
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
      canvas.style.visibility = "";
      brush.setTransform(dense, 0, 0, dense, 0, 0);
      brush.clearRect(0, 0, size.x, size.y);
      if (shown.ways) state.lines.slice().reverse().forEach(drawLine);
      brush.globalAlpha = 1;
      if (!shown.agencies) return;
      state.areas.forEach(drawArea);
      var across = Math.ceil(size.x / BUCKET) + 2;
      var taken = state.marks.n > MANY ? new Uint8Array(across * (Math.ceil(size.y / BUCKET) + 2)) : null;
      each(state.marks, size.x, size.y, 0, function (i, x, y) {
        if (taken) {
          var bucket = Math.floor(y / BUCKET) * across + Math.floor(x / BUCKET);
          if (taken[bucket]) return;
          taken[bucket] = 1;
        }
        (state.marks.many[i] > 1 ? drawGroup : drawMark)(state.marks, i, x, y);
        if (shown.beds && state.marks.free[i] >= 0) label(state.marks.free[i], x, y);
      });
    }

    function hitMark(at, reach) {
      var best = null;
      var nearest = reach;
      if (!shown.agencies) return null;
      each(state.marks, map.getSize().x, map.getSize().y, reach, function (i, x, y) {
        var far = Math.hypot(x - at.x, y - at.y) - (state.marks.many[i] > 1 ? 8 : 0);
        if (far < nearest) { nearest = far; best = i; }
      });
      if (best !== null) {
        return { refs: [state.marks.ref[best]], at: [state.marks.lat[best], state.marks.lon[best]], many: state.marks.many[best] };
      }
      var inside = state.areas.filter(function (area) {
        var shape = areaShape(area);
        return Math.hypot(shape.x - at.x, shape.y - at.y) < Math.max(shape.r, reach);
      })[0];
      return inside ? { refs: [inside.ref], at: inside.at, many: 1 } : null;
    }

    function hitLine(at) {
      if (!shown.ways) return null;
      var best = null;
      var nearest = NEAR_LINE;
      state.lines.forEach(function (line) {
        var c = curve(line);
        for (var t = 0; t <= 1; t += 0.04) {
          var p = along(c, t);
          var far = Math.hypot(p.x - at.x, p.y - at.y);
          if (far < nearest) { nearest = far; best = line; }
        }
      });
      return best && { refs: [best.from, best.to], at: map.containerPointToLatLng(at), line: best };
    }

    function person(one) {
      var name = element(one.url ? "a" : "strong", one.name);
      if (one.url) { name.href = one.url; name.target = "_top"; }
      var facts = [one.type, one.tier, one.where];
      if (one.about) facts.push(words.about);
      if (one.free !== null && one.free !== undefined) facts.push(fill(words.free, { n: one.free, of: one.capacity }));
      return element("li", null, [name, element("br"), element("span", facts.filter(Boolean).join(" · "))]);
    }

    function who(behind) {
      var list = element("ul", null, behind.named.map(person));
      var more = behind.count - behind.named.length;
      return [list, more > 0 ? element("p", fill(words.more, { n: more })) : null];
    }

    function short(behind) {
      return behind.count > 1 ? fill(words.around, { n: behind.count, name: behind.named[0].where || behind.named[0].name }) : behind.named[0].name;
    }

    function wayWords(line) {
      var said = [line.sent === null ? words.hidden : fill(line.least ? words.atLeast : words.sent, { n: line.sent })];
      said.push(line.accepted === undefined ? legend.unknown.word : fill(words.accepted, { n: Math.round(line.accepted * 100) }));
      if (line.minutes !== undefined) said.push(fill(words.minutes, { n: line.minutes < 120 ? Math.round(line.minutes) + " " + words.min : Math.round(line.minutes / 60) + " " + words.hours }));
      return element("ul", null, said.map(function (text) { return element("li", text); }));
    }

    function tell(hit) {
      var box = element("div", words.loading);
      box.className = "network-popup";
      var popup = L.popup({ maxWidth: Math.min(280, map.getSize().x - 90), maxHeight: 260, autoPanPadding: [12, 12] }).setLatLng(hit.at).setContent(box).openOn(map);
      var close = popup.getElement().querySelector(".leaflet-popup-close-button");
      if (close) close.setAttribute("aria-label", words.close);
      find(hit.refs, function (found) {
        box.textContent = "";
        if (!found) box.appendChild(element("p", words.failed));
        else if (hit.line) {
          box.appendChild(element("p", fill(words.way, { from: short(found[0]), to: short(found[1]) })));
          box.appendChild(wayWords(hit.line));
        } else {
          if (found[0].count > 1) box.appendChild(element("p", fill(words.agencies, { n: found[0].count })));
          who(found[0]).forEach(function (one) { if (one) box.appendChild(one); });
        }
        popup.update();
      });
      if (hit.byKey && close) close.focus();
    }

    function touch(at, reach, byKey) {
      var hit = hitMark(at, reach) || hitLine(at);
      if (!hit) return;
      hit.byKey = byKey;
      if (hit.many > 1 && map.getZoom() < map.getMaxZoom() - 2 && !byKey) map.setView(hit.at, map.getZoom() + 2);
      else tell(hit);
    }

    map.on("click", function (event) { touch(event.containerPoint, NEAR); });
    map.getContainer().addEventListener("keydown", function (event) {
      if (event.key !== "Enter" || event.target !== map.getContainer()) return;
      event.preventDefault();
      touch(map.getSize().divideBy(2), 80, true);
    });
    map.on("zoomstart", function () { canvas.style.visibility = "hidden"; });
    map.on("moveend resize", draw);
    dark.addEventListener("change", draw);

    function groundStyle() {
      return { color: dark.matches ? "#8d818a" : "#8a7d87", weight: 1, fillColor: dark.matches ? "#2b232a" : "#fbf8fa", fillOpacity: 1, interactive: false };
    }

    // A name that would stand on another is left out.
    function roomy() {
      var taken = [];
      return function (name, at) {
        var point = map.latLngToLayerPoint(at);
        var half = name.length * 3.5 + 8;
        var free = taken.every(function (other) {
          return Math.abs(other.x - point.x) > other.half + half || Math.abs(other.y - point.y) > 20;
        });
        if (free) taken.push({ x: point.x, y: point.y, half: half });
        return free;
      };
    }

    function place(name, at, room) {
      if (!room(name, at)) return;
      var icon = L.divIcon({ className: "network-place", html: element("span", name), iconSize: [0, 0] });
      L.marker(at, { pane: "ground", interactive: false, keyboard: false, icon: icon }).addTo(layers.ground);
    }

    return {
      draw: draw,
      show: function (name, on) { shown[name] = on; if (layers[name]) (on ? map.addLayer : map.removeLayer).call(map, layers[name]); draw(); },
      agencies: function (found) { state.marks = found.marks; state.areas = found.areas; draw(); },
      ways: function (found) { state.lines = found; draw(); },
      ground: function (collection) {
        layers.ground.clearLayers();
        var last = collection.features[collection.features.length - 1];
        var room = roomy();
        L.geoJSON(collection, {
          pane: "ground", style: groundStyle, interactive: false,
          filter: function (one) { return one.geometry.type !== "Point"; },
          onEachFeature: function (one, layer) {
            if (one.properties.level === last.properties.level) place(one.properties.name, layer.getBounds().getCenter(), room);
          }
        }).addTo(layers.ground);
        collection.features.forEach(function (one) {
          var at = one.geometry.coordinates;
          if (one.geometry.type === "Point") place(one.properties.name, L.latLng(at[1], at[0]), room);
        });
      },
      coverage: function (collection) {
        layers.coverage.clearLayers();
        L.geoJSON(collection, {
          pane: "reach", interactive: false, renderer: L.canvas({ pane: "reach" }),
          style: function (feature) {
            return { stroke: false, fillColor: "#5aae61", fillOpacity: feature.properties.n > 4 ? 0.55 : feature.properties.n > 1 ? 0.35 : 0.18 };
          }
        }).addTo(layers.coverage);
      }
    };
  }

  window.RujukanNetwork = { open: open, unpack: unpack, read: read, lines: lines, fill: fill };
})();
