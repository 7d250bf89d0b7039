// How a request's headers and a reply's body are written for people: pretty JSON that keeps the order of keys and folds small
// objects onto one line, headers as lines. Pure; any thread.
#pragma once

#include <QString>

#include "workbench/traffic/exchange.h"

namespace panels::requests {

QString pretty_json(const QString& text);                                // the text itself when it is not JSON
QString header_lines(const workbench::traffic::Pairs& headers);          // "name: value" per line
workbench::traffic::Pairs headers_of_lines(const QString& lines);        // lines without a colon are left out
QString as_http(const workbench::traffic::SavedRequest& request);        // the .http form, for Copy

}  // namespace panels::requests
