// What the Config panel asks the host to do. `done` runs in the GUI thread when it went well.
#pragma once

#include <QString>
#include <functional>
#include <map>

#include "panels/kit/session.h"

namespace panels::config {

using Applied = std::function<void(const workbench::host::ConfigChange&)>;
void set_value(kit::Session* session, const QString& key, const QString& text, Applied done = {}, std::function<void(QString)> failed = {});
void apply_draft(kit::Session* session, const std::map<QString, QString>& draft, std::function<void()> done);
void unset_override(kit::Session* session, const QString& key);
// The override goes into that layer file.
void write_to_file(kit::Session* session, const QString& key, const QString& file);
// Writes an authored file if it is still `before`. `done` gets what was wrong, or nothing.
void write_text(kit::Session* session, const QString& file, const QString& text, const QString& before, std::function<void(const QString& error)> done);
void undo(kit::Session* session, Applied done = {});
void redo(kit::Session* session, Applied done = {});
// Sets the key to what it was before that change.
void revert(kit::Session* session, const workbench::host::ConfigChange& change, Applied done = {});

}  // namespace panels::config
