const offlineMap = L.map("map", { preferCanvas: true, zoomControl: false, center: [0, 0], zoom: 2 });
