// Tables: one model, one delegate and one view for all panels. A model answers with Cells; the delegate paints them with
// one baseline per row (8 px cell padding, numbers right-aligned in mono, units in the cell or the header); the view gives
// keyboard, header, copy as TSV, JSON or Markdown. Rows are told apart by keys, so that selection and scroll position survive a refresh.
#pragma once

#include <QAbstractTableModel>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVariant>
#include <functional>
#include <vector>

#include "panels/kit/theme.h"

namespace panels::kit {

struct TagSpec {
  QString text;
  Token token = Token::Tx2;
  QString icon;             // may be empty
  bool tinted = false;      // 14 % of its colour behind; else bg3
  bool struck = false;      // dashed border, struck through: switched off
  bool dot = false;         // a 6 px dot before the text
};

struct Cell {
  enum class Kind { Text, Mono, Number, Tags, Spark, Bar, Icon, Square, Layer, Toggle, Custom };
  Kind kind = Kind::Text;
  QString text;
  QString note;                         // after the text, Tx3
  Token token = Token::Tx;
  Token note_token = Token::Tx3;
  QString icon;                         // before the text (Text) or alone (Icon)
  Token icon_token = Token::Tx2;
  QColor square;                        // a 8 px square before the text: the colour of a service
  std::vector<TagSpec> tags;            // Tags; for other kinds they stand after the text
  std::vector<float> spark;
  double share = 0;                     // Bar: 0…1
  bool on = false;                      // Toggle
  bool strong = false, link = false, struck = false;
  QString tooltip;
  QVariant sort;                        // what sorting and JSON use; text when invalid
  std::function<void(QPainter&, const QRect&, bool selected)> paint;  // Custom
  int layer_state = 0;                  // Layer: 0 not set, 1 overlaid, 2 wins; joins bits below
  bool join_left = false, join_right = false;

  static Cell plain(QString text, Token token = Token::Tx);
  static Cell mono(QString text, Token token = Token::Tx);
  static Cell number(QString text, QVariant sort = {}, Token token = Token::Tx);
  static Cell of_tags(std::vector<TagSpec> tags);
  static Cell of_spark(std::vector<float> values);
};

struct Column {
  QString title;
  int width = 100;          // 0: takes what is left
  Qt::Alignment align = Qt::AlignLeft;
  QString tooltip;
  bool sortable = false;
};

inline constexpr int kCellRole = Qt::UserRole + 1;     // QVariant of Cell
inline constexpr int kKeyRole = Qt::UserRole + 2;      // QString
inline constexpr int kRowTintRole = Qt::UserRole + 3;  // QColor behind the row, invalid = none

class TableModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  explicit TableModel(std::vector<Column> columns, QObject* parent = nullptr);
  const std::vector<Column>& columns() const { return columns_; }
  const QString& key(int row) const { return keys_[std::size_t(row)]; }
  int row_of(const QString& key) const;   // -1
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 protected:
  virtual Cell cell(int row, int column) const = 0;
  virtual QColor row_tint(int) const { return {}; }
  // Replaces the rows by those of `keys`, with the fewest inserts and removals in the middle, and says that the data of the rows
  // that stay changed: of all, or of those that `changed` names (by their place among `keys`; called before `swap`). `swap` must
  // install the new data; it runs once.
  void replace_rows(std::vector<QString> keys, const std::function<void()>& swap, const std::function<bool(std::size_t)>& changed = {});
  // Says that the data of the rows for which it holds changed, a run of them at a time.
  void say_changed(const std::function<bool(std::size_t)>& changed);

 private:
  std::vector<Column> columns_;
  std::vector<QString> keys_;
  std::vector<int> source_;   // row of the data for each row; the identity but in the middle of replace_rows
};

class CellDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  explicit CellDelegate(QObject* parent = nullptr);
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  // The rectangle of the n-th tag of a cell in `rect`, for hit tests.
  static QRect tag_rect(const Cell& cell, const QRect& rect, int tag);
  static void paint_cell(QPainter& painter, const Cell& cell, const QRect& rect, Qt::Alignment align, bool selected);
};

class TableView : public QTableView {
  Q_OBJECT
 public:
  TableView(const QString& accessible_name, int row_height, QWidget* parent = nullptr);
  void setModel(QAbstractItemModel* model) override;
  void set_row_height(int height);
  QString current_key() const;
  void select_key(const QString& key);         // no effect when it is not there
  void set_empty_text(const QString& text);    // drawn in the middle while there are no rows
  QString as_tsv() const;                      // all rows with the header, or only the selected ones when several are
  QString as_json() const;
  QString as_markdown() const;

 Q_SIGNALS:
  void key_activated(const QString& key);      // Enter or double click
  void key_selected(const QString& key);
  void space_pressed(const QString& key);
  void cell_clicked(const QModelIndex& index, const QPoint& in_cell);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

 private:
  void fit_columns();
  QString empty_text_;
};

// One painted sparkline (80x18) of values, filled below.
void paint_spark(QPainter& painter, const std::vector<float>& values, const QRect& rect, const QColor& color);
// Text of `type` with its baseline on the row's common baseline; elided to the width. Returns the width used.
int paint_text(QPainter& painter, const QRect& rect, const QString& text, Type type, const QColor& color,
               Qt::Alignment align = Qt::AlignLeft);
// y of the common baseline in a row of that rectangle: where 13 px Inter stands centred; mono text uses it too.
int row_baseline(const QRect& rect);

}  // namespace panels::kit

Q_DECLARE_METATYPE(panels::kit::Cell)
