#include "panels/config/config_actions.h"

#include <QCoreApplication>

#include "panels/kit/controls.h"
#include "workbench/host/host.h"

namespace panels::config {

using slipway::Result;
using workbench::host::ConfigChange;
using workbench::host::Host;

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Config", text); }
QString q(const std::string& s) { return QString::fromStdString(s); }

void change(kit::Session* session, const QString& name, std::function<Result<ConfigChange>(Host&)> work, Applied done, std::function<void(QString)> failed = {}) {
  session->run<ConfigChange>(name, std::move(work), [session, name, done = std::move(done), failed = std::move(failed)](Result<ConfigChange> result) {
    if (!result.ok()) {
      const QString why = q(result.error().to_string());
      failed ? failed(why) : session->toast({tr("%1: %2").arg(name, why), {}, {}, true});
      return;
    }
    for (const auto& why : result->refused_by) session->toast({tr("%1: not applied by %2").arg(name, q(why)), {}, {}, true});
    if (done) done(*result);
  });
}

}  // namespace

void set_value(kit::Session* session, const QString& key, const QString& text, Applied done, std::function<void(QString)> failed) {
  change(session, tr("Set %1").arg(key), [k = key.toStdString(), t = text.toStdString()](Host& h) { return h.set(k, t, "window"); }, std::move(done), std::move(failed));
}

void apply_draft(kit::Session* session, const std::map<QString, QString>& draft, std::function<void()> done) {
  std::vector<std::pair<std::string, std::string>> edits;
  for (const auto& [k, v] : draft) edits.emplace_back(k.toStdString(), v.toStdString());
  const QString name = tr("Apply %1").arg(kit::plural(int(edits.size()), tr("edit"), tr("edits")));
  session->run<int>(name,
                    [edits](Host& h) -> Result<int> {
                      auto all = h.set_all(edits, "window");
                      if (!all.ok()) return all.error();
                      return int(edits.size());
                    },
                    [session, name, done = std::move(done)](Result<int> result) {
                      if (!result.ok())
                        session->toast({tr("%1: %2").arg(name, q(result.error().to_string())), {}, {}, true});
                      else
                        session->toast({tr("%1 settings applied as one change").arg(*result), tr("Undo"), [session] { undo(session); }, false}), done();
                    });
}

void write_text(kit::Session* session, const QString& file, const QString& text, const QString& before, std::function<void(const QString&)> done) {
  session->run<void>(tr("Write %1").arg(file),
                     kit::Session::Work<void>([f = file.toStdString(), t = text.toStdString(), b = before.toStdString()](Host& h, kit::TaskControl&) { return h.write_file(f, t, b); }),
                     [done = std::move(done)](Result<void> result) { done(result.ok() ? QString() : q(result.error().message())); });
}

void unset_override(kit::Session* session, const QString& key) {
  change(session, tr("Unset %1").arg(key), [k = key.toStdString()](Host& h) { return h.unset(k, "window"); },
         [session, key](const ConfigChange&) { session->toast({tr("Unset the override of %1").arg(key), tr("Undo"), [session] { undo(session); }, false}); });
}

void write_to_file(kit::Session* session, const QString& key, const QString& file) {
  change(session, tr("Write %1 to %2").arg(key, file), [k = key.toStdString(), f = file.toStdString()](Host& h) { return h.move_to_file(k, f, "window"); },
         [session, file](const ConfigChange&) {
           session->toast({tr("Written to %1").arg(file), tr("Undo"), [session] { undo(session, [session](const ConfigChange&) { undo(session); }); }, false});
         });
}

void undo(kit::Session* session, Applied done) {
  change(session, tr("Undo"), [](Host& h) { return h.undo("undo"); }, std::move(done));
}

void redo(kit::Session* session, Applied done) {
  change(session, tr("Redo"), [](Host& h) { return h.redo("redo"); }, std::move(done));
}

void revert(kit::Session* session, const ConfigChange& c, Applied done) {
  change(session, tr("Revert %1").arg(q(c.key)),
         [version = c.version, key = c.key](Host& h) { return h.revert(version, "window", key); }, std::move(done));
}

}  // namespace panels::config
