// What the theme does by scripts and attributes in the page, which the page's policy forbids.
document.addEventListener("click", (event) => {
  if (event.target.closest(".print-page")) print();
});
document.querySelector(".bd-search-container input")?.select();
