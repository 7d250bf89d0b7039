// Place: where an error text says that something stands, "config/service.toml:14:3: http.timeout: …".
#pragma once

#include <QString>

namespace panels::kit {

struct Place {
  QString file;       // "config/service.toml"; empty: the text names none
  int line = 0, column = 0;
  QString rest;       // the text behind the place, or all of it
};
Place place_of(const QString& text);
// "config/service.toml:14:3", "config/service.toml:14" or the file alone.
QString place_text(const Place& place);

}  // namespace panels::kit
