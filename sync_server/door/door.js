// Sends the form without leaving it, so that nothing written is lost when there is no network, and makes a photo small.
// Written for the browsers of old phones, too. Without it the form is sent as any other.
(function () {
  'use strict';
  if (!window.DOMParser || !window.JSON) return;
  var get = function (id) { return document.getElementById(id); };
  var main = document.querySelector('main'), form, photo = '', reading = false, busy = false;
  var LONGEST = 1280, MOST = 260000;

  function problem(words) {
    var said = get('problem');
    said.textContent = words;
    said.hidden = !words;
    if (words && said.scrollIntoView) said.scrollIntoView({ block: 'center' });
  }

  function touchable() { main.style.pointerEvents = ''; }

  function forget() {
    photo = '';
    get('photo').value = '';
    get('photo-shown').hidden = true;
  }

  function small(image) {
    var scale = Math.min(1, LONGEST / Math.max(image.width, image.height)), canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    for (var quality = 0.8; quality > 0.2; quality -= 0.15) {
      var made = canvas.toDataURL('image/jpeg', quality);
      if (made.length < MOST) return made.slice(made.indexOf(',') + 1);
    }
    return '';
  }

  function choosePhoto() {
    if (!get('photo-part') || !window.URL || !URL.createObjectURL) return;
    get('photo-part').hidden = false;
    get('photo').onchange = function () {
      var file = this.files && this.files[0];
      if (!file) return;
      var image = new Image(), address = URL.createObjectURL(file);
      reading = true;
      image.onload = function () {
        reading = false;
        photo = small(image);
        if (!photo) { image.onerror(); return; }
        problem('');
        get('photo-seen').src = address;
        get('photo-shown').hidden = false;
      };
      image.onerror = function () {
        reading = false;
        forget();
        problem(form.getAttribute('data-unreadable'));
      };
      image.src = address;
    };
    get('photo-off').onclick = forget;
  }

  function gathered() {
    var said = {};
    for (var at = 0; at < form.elements.length; at += 1) {
      var one = form.elements[at];
      if (one.name && (one.type !== 'radio' || one.checked)) said[one.name] = one.value;
    }
    if (photo) said.photo = photo;
    return said;
  }

  function send(event) {
    event.preventDefault();
    if (busy || reading) return;
    var said = gathered(), button = get('send'), words = button.textContent, asks = form.getAttribute('data-missing');
    if (asks && !said.wanted) { problem(asks); return; }
    busy = true;
    // What moves up meanwhile must not be touched: the second tap of two would ring whose number has come there.
    main.style.pointerEvents = 'none';
    button.disabled = true;
    button.textContent = form.getAttribute('data-sending');
    problem('');
    var request = new XMLHttpRequest();
    function again(why) {
      busy = false;
      setTimeout(touchable, 700);
      button.disabled = false;
      button.textContent = words;
      problem(why);
    }
    request.open('POST', location.pathname);
    request.timeout = 60000;
    request.setRequestHeader('Content-Type', 'application/json');
    request.onerror = request.ontimeout = function () { again(form.getAttribute('data-offline')); };
    request.onload = function () {
      var told = new DOMParser().parseFromString(request.responseText, 'text/html').querySelector('main');
      // What is wrong with a request is told above it, and its photo stays; a sign-up comes back marked.
      var reason = { 422: asks ? '.problem' : '', 503: 'p' }[request.status];
      if (!told || reason) {
        again(told ? told.querySelector(reason).textContent : form.getAttribute('data-offline'));
        return;
      }
      busy = false;
      main.innerHTML = told.innerHTML;
      setTimeout(touchable, 700);
      window.scrollTo(0, 0);
      bind();
    };
    request.send(JSON.stringify(said));
  }

  function bind() {
    form = document.querySelector('form');
    if (!form || !get('problem') || !get('send')) return;
    form.onsubmit = send;
    choosePhoto();
  }

  bind();
})();
