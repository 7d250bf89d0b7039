// MainWindow: the frame around the panels. It owns the command table, shows one panel at a time, the inspector for what
// is selected, the drawer, the palette and toasts, and keeps its layout in the workspace's .slipway folder. All that can be
// done in it is a command, so that keyboard, palette and the tour drive the same code. GUI thread only.
#pragma once

#include <QElapsedTimer>
#include <QMainWindow>
#include <QTimer>
#include <array>
#include <map>

#include "app/window/panel_table.h"
#include "panels/kit/panel.h"
#include "workbench/workspace/start_plan.h"

class QSplitter;
class QStackedWidget;

namespace app {

class TopBar;
class Rail;
class StatusBar;
class Inspector;
class Drawer;
class Palette;
class Toasts;
class ConsentBar;
class RunBar;
class RunFrame;
class LoadingPage;

class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  // `state_file` keeps the layout between launches; empty: nothing is read or written.
  MainWindow(panels::kit::Session* session, QString state_file, QWidget* parent = nullptr);
  ~MainWindow() override;

  panels::kit::CommandTable& commands() { return *commands_; }
  panels::kit::Session* session() const { return session_; }
  void go(const QString& panel);
  QString current_panel() const { return current_; }
  panels::kit::Panel* panel(const QString& id) const;      // nullptr when there is none of that name
  const std::vector<PanelEntry>& panels() const { return entries_; }
  Palette* palette_view() const { return palette_; }
  Inspector* inspector() const { return inspector_; }
  Drawer* drawer() const { return drawer_; }
  void show_drawer(int tab);                               // Drawer::Tab, with room to read it
  Toasts* toasts() const { return toasts_; }
  // A workspace that was never started here: a bar lists what Start would do; `on_start` runs when it was pressed.
  void ask_consent(const std::vector<workbench::workspace::StartStep>& plan, std::function<void()> on_start);
  RunBar* run_bar() const { return run_bar_; }
  ConsentBar* consent() const;   // nullptr once it was answered
  double frame_p99_ms() const;                             // of the last 512 repaints; < 0 before the first

 protected:
  bool event(QEvent* event) override;
  bool eventFilter(QObject* object, QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void closeEvent(QCloseEvent* event) override;

 private:
  void add_window_commands();
  void bind_shortcuts();
  void run_shortcut(const QString& keys);
  void show_views();
  void show_selection();
  void show_front();                                       // the current panel, or that it is still loading
  void show_run();                                         // bar and frame of a past run
  void refresh_inspector();
  void open(const QString& panel, const panels::kit::Selection& selection);
  void arrange();                                          // rail and inspector by width
  void set_drawer(bool visible);
  void set_inspector(bool visible);
  void save_state() const;
  void load_state();

  panels::kit::Session* session_;
  QString state_file_;
  panels::kit::CommandTable* commands_;
  std::vector<PanelEntry> entries_;
  std::map<QString, panels::kit::Panel*> panels_;
  std::map<QString, QAction*> shortcuts_;
  QString current_;
  std::map<QString, bool> drawers_;                        // by panel, as the user left it
  TopBar* top_;
  Rail* rail_;
  StatusBar* status_;
  QWidget* middle_;
  QSplitter* split_;
  QStackedWidget* stack_;
  Inspector* inspector_;
  Drawer* drawer_;
  Palette* palette_;
  Toasts* toasts_;
  QPointer<ConsentBar> consent_;
  RunBar* run_bar_;
  QWidget* run_row_;                                       // it, in the margins of the window
  RunFrame* run_frame_;
  LoadingPage* loading_;
  bool inspector_wanted_ = true, narrow_ = false;
  bool overlay_ = false;                                   // narrow: the inspector lies over the panel, because it was asked for
  QElapsedTimer touched_;                                  // since the last press of mouse or key

  std::array<float, 512> frames_{};
  std::size_t frame_count_ = 0;
  QTimer figures_;
  QElapsedTimer inspected_;                                // since the inspector was made
  std::uint64_t inspected_version_ = 0;                    // of the config then
};

}  // namespace app
