// Panel: what every panel is to the window — a name, a place in the rail, the commands it adds, and the inspector it makes
// for a selection. The window calls refresh() only while the panel is visible, at most once per frame.
#pragma once

#include <QPointer>
#include <QString>
#include <QVariantMap>
#include <QWidget>
#include <functional>
#include <vector>

#include "panels/kit/session.h"

namespace panels::kit {

enum class Group { Build, Watch, Prove, Learn };

struct PanelInfo {
  QString id;         // "services": stable, used by commands and saved state
  QString title;      // tr("Services")
  QString icon;       // "server"
  Group group = Group::Build;
  QString key;        // "1": Alt+1
};

// Something the user can do. It stands in the palette and has its shortcut shown everywhere.
struct Command {
  QString id;                          // "services.start_all"
  QString title;                       // tr("Start all services")
  QString icon;
  QString shortcut;                    // "F5"; empty = none
  std::function<void()> run;
  std::function<bool()> enabled;       // none: always
  QString detail;                      // grey words after the title in the palette
  bool is_enabled() const { return !enabled || enabled(); }
};

class Panel : public QWidget {
  Q_OBJECT
 public:
  Panel(Session* session, QWidget* parent);
  virtual PanelInfo info() const = 0;
  virtual std::vector<Command> commands() { return {}; }
  // A new widget for the inspector (320 wide, scrolled by the window), or nullptr when this panel has none for it.
  virtual QWidget* make_inspector(const Selection& selection, QWidget* parent);
  virtual void reveal(const Selection& selection);     // scroll to it and mark it
  // Selects and opens what shows this panel best; used by shots, works on the views at hand.
  virtual void show_example() {}
  virtual QVariantMap save_state() const { return {}; }
  virtual void restore_state(const QVariantMap&) {}
  Session* session() const { return session_; }

 protected:
  virtual void refresh() = 0;                          // views() are new, or the panel has just become visible
  void showEvent(QShowEvent* event) override;

 private:
  void on_refreshed();
  QPointer<Session> session_;
};

// The window's commands by id. Adding one twice replaces it.
class CommandTable : public QObject {
  Q_OBJECT
 public:
  explicit CommandTable(QObject* parent = nullptr) : QObject(parent) {}
  void add(Command command);
  const std::vector<Command>& all() const { return commands_; }
  const Command* find(const QString& id) const;
  // Runs it if it is enabled; false when it is unknown or disabled.
  bool run(const QString& id);

 Q_SIGNALS:
  void changed();
  void ran(const QString& id);

 private:
  std::vector<Command> commands_;
};

}  // namespace panels::kit
