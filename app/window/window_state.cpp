// What the main window keeps between launches: the panel in front, sizes, drawers, and what each panel gives to be kept.
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include "app/window/window.h"
#include "panels/kit/theme.h"

namespace app {

using namespace panels::kit;

namespace {
constexpr int kStateVersion = 1;
}

void MainWindow::save_state() const {
  if (state_file_.isEmpty()) return;
  QJsonObject panels;
  for (const auto& [id, p] : panels_) panels[id] = QJsonObject::fromVariantMap(p->save_state());
  QJsonObject drawers;
  for (const auto& [id, shown] : drawers_) drawers[id] = shown;
  const QJsonObject state{{QStringLiteral("version"), kStateVersion}, {QStringLiteral("panel"), current_}, {QStringLiteral("dark"), theme().dark()},
                          {QStringLiteral("width"), width()},         {QStringLiteral("height"), height()}, {QStringLiteral("drawers"), drawers},
                          {QStringLiteral("inspector"), inspector_wanted_}, {QStringLiteral("panels"), panels}};
  QDir().mkpath(QFileInfo(state_file_).path());
  QSaveFile file(state_file_);
  if (file.open(QIODevice::WriteOnly)) {
    file.write(QJsonDocument(state).toJson());
    file.commit();
  }
}

void MainWindow::load_state() {
  if (state_file_.isEmpty()) return;
  QFile file(state_file_);
  if (!file.open(QIODevice::ReadOnly)) return;
  const QJsonObject state = QJsonDocument::fromJson(file.readAll()).object();
  if (state[QStringLiteral("version")].toInt() != kStateVersion) return;  // another layout: start from the recipe
  theme().set_dark(state[QStringLiteral("dark")].toBool(true));
  resize(state[QStringLiteral("width")].toInt(1600), state[QStringLiteral("height")].toInt(900));
  const QJsonObject drawers = state[QStringLiteral("drawers")].toObject();
  for (auto it = drawers.begin(); it != drawers.end(); ++it) drawers_[it.key()] = it.value().toBool();
  inspector_wanted_ = state[QStringLiteral("inspector")].toBool(true);
  const QJsonObject panels = state[QStringLiteral("panels")].toObject();
  for (const auto& [id, p] : panels_) p->restore_state(panels[id].toObject().toVariantMap());
  go(state[QStringLiteral("panel")].toString());
}

}  // namespace app
