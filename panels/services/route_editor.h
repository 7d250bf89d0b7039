// RouteEditor: one route of a service as it is written, edited in place. Saving writes its lines of the service file and keeps
// every other line; what is wrong is marked where it stands. What is typed but not saved is kept per route while the window lives.
#pragma once

#include <QWidget>
#include <map>

#include "panels/kit/session.h"

class QLabel;
class QPushButton;

namespace panels::kit {
class Banner;
class CodeEdit;
}  // namespace panels::kit

namespace panels::services {

class RouteEditor : public QWidget {
  Q_OBJECT
 public:
  RouteEditor(kit::Session* session, QWidget* parent);
  // The route as the views have it now; what was typed into it before comes back.
  void show_route(const std::string& service, const workbench::host::RouteView& route);
  void show_nothing();
  kit::CodeEdit* text() const { return edit_; }
  bool edited() const;
  void save();
  void discard();
  // What the host said of it, at the lines of this text: "services/a.yaml:12:3: delay: …" per line.
  void show_error(const QString& text);

 Q_SIGNALS:
  void saved(const QString& service, const QString& route);   // its name as it is now

 private:
  void show_state();
  QString key() const;
  kit::Session* session_;
  kit::CodeEdit* edit_;
  kit::Banner* banner_;
  QLabel *name_, *place_;
  QPushButton *save_, *discard_;
  std::string service_;
  workbench::host::RouteView route_;
  std::map<QString, QString> drafts_;    // by service and route
  bool showing_ = false;
};

}  // namespace panels::services
