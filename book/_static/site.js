// What the theme does by scripts and attributes in the page, which the page's policy forbids.
document.addEventListener("click", (event) => {
  if (event.target.closest(".print-page")) print();
});
document.querySelector(".bd-search-container input")?.select();

// The contents that open over a narrow page: when they close, the keyboard is where it was.
["primary", "secondary"].forEach((side) => {
  document.getElementById(`pst-${side}-sidebar-modal`)?.addEventListener("close", () => {
    [...document.querySelectorAll(`.${side}-toggle`)].find((button) => button.checkVisibility())?.focus();
  });
});

// A reference to an equation of the same page shows the equation while the pointer or the keyboard is on it.
(() => {
  const references = document.querySelectorAll('.bd-article a[href^="#equation-"]:not(.headerlink)');
  if (!references.length) return;
  const box = document.createElement("div");
  box.id = "equation-preview";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  document.body.append(box);
  let shownFor = null;
  let leaving = 0;

  const hide = () => {
    clearTimeout(leaving);
    shownFor?.removeAttribute("aria-describedby");
    shownFor = null;
    box.hidden = true;
    box.replaceChildren();
  };

  // The pointer may cross the gap to the box, whose equation may have to be scrolled.
  const hideSoon = () => {
    clearTimeout(leaving);
    leaving = setTimeout(hide, 200);
  };

  const place = (reference) => {
    const at = reference.getBoundingClientRect();
    const room = document.documentElement.clientWidth - box.offsetWidth - 8;
    const above = at.top - box.offsetHeight - 6;
    box.style.left = `${scrollX + Math.max(8, Math.min(at.left, room))}px`;
    box.style.top = `${scrollY + (above > 0 ? above : at.bottom + 6)}px`;
  };

  const show = (reference) => {
    const equation = document.getElementById(decodeURIComponent(reference.hash.slice(1)));
    if (!equation || shownFor === reference) return clearTimeout(leaving);
    hide();
    const copy = equation.cloneNode(true);
    copy.querySelectorAll(".headerlink").forEach((link) => link.remove());
    // An id may stand on a page once, and what is only looked at is no stop for the keyboard.
    [copy, ...copy.querySelectorAll("[id], [tabindex]")].forEach((element) => {
      element.removeAttribute("id");
      element.removeAttribute("tabindex");
    });
    box.append(copy);
    box.hidden = false;
    shownFor = reference;
    reference.setAttribute("aria-describedby", box.id);
    place(reference);
  };

  references.forEach((reference) => {
    reference.addEventListener("pointerenter", () => show(reference));
    reference.addEventListener("pointerleave", hideSoon);
    reference.addEventListener("focus", () => show(reference));
    reference.addEventListener("blur", hide);
    reference.addEventListener("click", hide);
  });
  box.addEventListener("pointerenter", () => clearTimeout(leaving));
  box.addEventListener("pointerleave", hideSoon);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shownFor) hide();
  });
})();
