// Traces: the list with inline shapes and a filter, a live tail that freezes when it is touched, and the waterfall of the chosen
// trace, or how it differs from another; a span leads to the settings that shaped it.
#pragma once

#include <vector>

#include "panels/kit/panel.h"
#include "panels/traces/trace_diff.h"
#include "workbench/recorder/trace.h"

class QLineEdit;
class QLabel;
class QPushButton;
class QStackedWidget;
class QSplitter;

namespace panels::kit {
class Sheet;
class TableView;
class Segments;
class Banner;
class EmptyState;
class CellRows;
namespace plots {
class Waterfall;
class FlameView;
}
}  // namespace panels::kit

namespace panels::traces {

class TraceListModel;

class TracesPanel : public kit::Panel {
  Q_OBJECT
 public:
  enum Mode { kWaterfall, kFlame, kTable, kDiff };
  explicit TracesPanel(kit::Session* session, QWidget* parent = nullptr);
  kit::PanelInfo info() const override;
  std::vector<kit::Command> commands() override;
  QWidget* make_inspector(const kit::Selection& selection, QWidget* parent) override;
  void reveal(const kit::Selection& selection) override;
  QVariantMap save_state() const override;
  void restore_state(const QVariantMap& state) override;

  void set_filter(const QString& filter);
  bool is_frozen() const { return frozen_; }
  void set_frozen(bool frozen);
  void show_trace(workbench::recorder::TracePtr trace);
  workbench::recorder::TracePtr current() const { return current_; }
  kit::plots::Waterfall* waterfall() const { return waterfall_; }
  kit::TableView* list() const { return list_; }
  kit::TableView* diff() const { return diff_; }
  void show_mode(int mode);

 protected:
  void refresh() override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void build_list();
  void build_detail();
  void apply_filter();
  void show_rows();
  void show_counts();
  void show_diff();
  void select_span(int row);
  void open_by_id(const QString& id);
  void save_as(const QString& format);
  workbench::recorder::TracePtr find_kept(const QString& id) const;

  TraceListModel* model_;
  kit::CellRows *table_rows_, *diff_rows_;
  kit::Sheet *list_sheet_, *detail_sheet_;
  QLineEdit* filter_;
  QLabel *matches_, *detail_words_;
  QPushButton *freeze_, *pin_;
  kit::TableView *list_, *table_, *diff_;
  kit::Banner* banner_;
  QStackedWidget *list_stack_, *views_;
  kit::EmptyState* empty_;
  kit::Segments* modes_;
  kit::plots::Waterfall* waterfall_;
  kit::plots::FlameView* flame_;
  QSplitter* splitter_;
  workbench::recorder::TracePtr current_, base_;   // base_: A of the diff, when it was chosen by hand
  std::vector<SpanPair> pairs_;
  QString path_words_;
  std::vector<workbench::recorder::TracePtr> shown_;
  bool frozen_ = false;
  QString applied_filter_;
};

// Live only (traces_live.cpp): a trace by id or prefix, and the export of some.
void find_trace(kit::Session* session, const QString& id, std::function<void(slipway::Result<workbench::recorder::TracePtr>)> done);
void write_traces(kit::Session* session, std::vector<workbench::recorder::TracePtr> traces, const QString& format, const QString& path);

}  // namespace panels::traces
