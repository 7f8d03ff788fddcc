// Passkeys: asks the server what is to be signed, lets the phone sign it, sends the form on.
(function () {
  "use strict";

  var forms = document.querySelectorAll("form[data-passkey]");
  var isAddress = /^[\d.]+$|:/.test(location.hostname); // a passkey belongs to a name
  if (!window.PublicKeyCredential || !navigator.credentials || isAddress) {
    var note = document.querySelector("[data-no-passkeys]");
    if (note) note.hidden = false;
    return;
  }

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (sign) { return sign.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function readable(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    (options.allowCredentials || []).concat(options.excludeCredentials || []).forEach(function (known) {
      known.id = bytes(known.id);
    });
    return options;
  }

  function spelt(credential) {
    var said = credential.response;
    var response = { clientDataJSON: text(said.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (said[name]) response[name] = text(said[name]);
    });
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: response,
      clientExtensionResults: credential.getClientExtensionResults()
    });
  }

  function ask(form) {
    var options = { method: "POST", body: new FormData(form), credentials: "same-origin" };
    return fetch(form.getAttribute("data-options"), options).then(function (answer) {
      if (!answer.ok) throw new Error("refused");
      return answer.json();
    });
  }

  function sign(form, asked) {
    var options = { publicKey: readable(JSON.parse(asked.options)) };
    var make = form.getAttribute("data-passkey") === "make";
    return make ? navigator.credentials.create(options) : navigator.credentials.get(options);
  }

  function fail(form) {
    var line = form.querySelector("[data-passkey-error]");
    line.textContent = form.getAttribute("data-failed");
    line.hidden = false;
    form.removeAttribute("aria-busy");
  }

  Array.prototype.forEach.call(forms, function (form) {
    form.hidden = false;
    var line = form.querySelector("[data-passkey-error]");
    line.hidden = !line.textContent;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      ask(form).then(function (asked) {
        return sign(form, asked).then(function (credential) {
          form.elements.question.value = asked.question;
          form.elements.answer.value = spelt(credential);
          form.submit();
        });
      }).catch(function () { fail(form); });
    });
  });
})();
