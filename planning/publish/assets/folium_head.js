document.documentElement.lang = "zh-CN";
document.title = JSON.parse(document.getElementById("title").textContent);
