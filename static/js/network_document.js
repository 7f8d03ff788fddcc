// The network map in a file of its own: everything is in the page, nothing is fetched.
(function () {
  "use strict";

  function element(name, text) {
    var made = document.createElement(name);
    if (text) made.textContent = text;
    return made;
  }

  // A shape of the legend, drawn by the same numbers as on the map.
  function sign(kind) {
    var space = "http://www.w3.org/2000/svg";
    var svg = document.createElementNS(space, "svg");
    var shape = document.createElementNS(space, "polygon");
    svg.setAttribute("viewBox", "-1.3 -1.3 2.6 2.6");
    svg.setAttribute("class", "network-sign");
    svg.setAttribute("aria-hidden", "true");
    shape.setAttribute("points", kind.shape.map(function (at) { return at.join(","); }).join(" "));
    shape.setAttribute("fill", kind.colour);
    svg.appendChild(shape);
    return svg;
  }

  function stroke(colour, wide, dashed) {
    var space = "http://www.w3.org/2000/svg";
    var svg = document.createElementNS(space, "svg");
    var line = document.createElementNS(space, "path");
    svg.setAttribute("viewBox", "0 0 24 10");
    svg.setAttribute("class", "network-sign");
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", "M0 5H24");
    line.setAttribute("stroke", colour);
    line.setAttribute("stroke-width", wide);
    if (dashed) line.setAttribute("stroke-dasharray", "2 4");
    svg.appendChild(line);
    return svg;
  }

  function open(L, map, block) {
    var data = JSON.parse(document.getElementById(block).textContent);
    var kit = window.RujukanNetwork;
    var words = data.words;
    var b = data.box;

    function find(refs, done) {
      done(refs.map(function (ref) {
        var one = data.names[ref];
        return {
          count: 1,
          named: [{
            name: one[0], where: data.where[one[1]], type: data.legend.typeWords[one[2]], tier: data.legend.tiers[one[3]],
            free: one[4], capacity: one[5], about: one[6], url: ""
          }]
        };
      }));
    }

    document.querySelector(".folium-map").setAttribute("aria-label", words.map);
    document.querySelector(".folium-map").setAttribute("role", "group");
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    map.invalidateSize(false);
    map.fitBounds([[b[1], b[0]], [b[3], b[2]]], { padding: [24, 24], maxZoom: 12, animate: false });
    var drawn = kit.open(L, map, data.legend, words, find);
    drawn.ground(data.ground);
    drawn.coverage(data.coverage);
    drawn.agencies({ marks: kit.unpack(data.points), areas: kit.read(data.areas, data.legend).areas });
    drawn.ways(kit.lines(data.ways));

    var aside = document.getElementById("network-aside");
    var ticks = element("fieldset");
    ticks.appendChild(element("legend", words.layers));
    data.layers.forEach(function (layer) {
      var line = element("label");
      var tick = element("input");
      tick.type = "checkbox";
      tick.checked = layer.on;
      tick.addEventListener("change", function () { drawn.show(layer.name, tick.checked); });
      drawn.show(layer.name, layer.on);
      line.appendChild(tick);
      line.appendChild(document.createTextNode(" " + layer.word));
      ticks.appendChild(line);
    });
    aside.appendChild(ticks);
    var key = element("details");
    key.open = window.innerWidth > 700;
    key.appendChild(element("summary", words.legend));
    var list = element("ul");
    function add(shown, word) {
      var line = element("li");
      if (shown) line.appendChild(shown);
      line.appendChild(document.createTextNode(" " + word));
      list.appendChild(line);
    }
    data.legend.kinds.forEach(function (kind) { add(sign(kind), kind.word); });
    var cell = sign({ shape: [[1, 0], [0.5, 0.87], [-0.5, 0.87], [-1, 0], [-0.5, -0.87], [0.5, -0.87]], colour: "#cccccc" });
    cell.firstChild.setAttribute("stroke", "#50454e");
    cell.firstChild.setAttribute("stroke-width", "0.15");
    cell.firstChild.setAttribute("stroke-dasharray", "0.4 0.25");
    add(cell, data.legend.tiers[2]);
    data.legend.shares.concat([data.legend.unknown]).forEach(function (share) { add(stroke(share.colour, 4), share.word); });
    data.legend.widths.forEach(function (width) { add(stroke("#50454e", width.pixels), width.word); });
    add(stroke("#50454e", 1.5, true), data.legend.hidden);
    key.appendChild(list);
    aside.appendChild(key);
  }

  window.RujukanDocument = { open: open };
})();
