#include "panels/kit/table.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

#include "panels/kit/icons.h"

namespace panels::kit {
namespace {

// The header paints its own cells, so that a number's header stands right-aligned over it.
class Header final : public QHeaderView {
 public:
  explicit Header(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {
    setSectionsClickable(true);
    setHighlightSections(false);
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    setMinimumSectionSize(16);
    setFixedHeight(size::kTableHeader);
    setObjectName(QStringLiteral("header"));
  }

 protected:
  void paintSection(QPainter* painter, const QRect& rect, int section) const override {
    painter->save();
    painter->fillRect(rect, theme().color(Token::Bg1));
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), theme().color(Token::Line));
    const QString text = model()->headerData(section, orientation(), Qt::DisplayRole).toString();
    const auto align = Qt::Alignment(model()->headerData(section, orientation(), Qt::TextAlignmentRole).toInt());
    const bool edge = visualIndex(section) == 0;
    QRect inner = rect.adjusted(size::kCellPadding + (edge ? size::kRowPadding : 0), 0, -size::kCellPadding, 0);
    painter->setFont(theme().font(Type::Caption));
    painter->setPen(theme().color(Token::Tx2));
    painter->drawText(inner, int((align & Qt::AlignHorizontal_Mask) | Qt::AlignVCenter),
                      painter->fontMetrics().elidedText(text, Qt::ElideRight, inner.width()));
    painter->restore();
  }
};

}  // namespace

TableView::TableView(const QString& accessible_name, int row_height, QWidget* parent) : QTableView(parent) {
  setAccessibleName(accessible_name);
  setHorizontalHeader(new Header(this));
  setItemDelegate(new CellDelegate(this));
  setSelectionBehavior(QAbstractItemView::SelectRows);
  setSelectionMode(QAbstractItemView::ExtendedSelection);
  setEditTriggers(QAbstractItemView::NoEditTriggers);
  setShowGrid(false);
  setWordWrap(false);
  setFrameShape(QFrame::NoFrame);
  setMouseTracking(true);
  setTabKeyNavigation(false);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  setCornerButtonEnabled(false);
  verticalHeader()->hide();
  verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  horizontalHeader()->setAccessibleName(tr("Columns of %1").arg(accessible_name));
  set_row_height(row_height);
  connect(this, &QTableView::doubleClicked, this, [this](const QModelIndex& i) { Q_EMIT key_activated(i.data(kKeyRole).toString()); });
  connect(&theme(), &Theme::changed, this, [this] { viewport()->update(); });
}

void TableView::set_row_height(int height) {
  verticalHeader()->setMinimumSectionSize(height);
  verticalHeader()->setDefaultSectionSize(height);
}

void TableView::setModel(QAbstractItemModel* model) {
  QTableView::setModel(model);
  fit_columns();
}

void TableView::fit_columns() {
  auto* table = qobject_cast<TableModel*>(model());
  if (!table) return;
  int fixed = 0, open = 0;
  const auto& columns = table->columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (isColumnHidden(int(i))) continue;
    if (columns[i].width == 0) ++open;
    fixed += columns[i].width;
  }
  const int room = viewport()->width();
  const int each = open ? std::max(60, (room - fixed) / open) : 0;
  // When it does not fit, the wide columns give way; nothing is scrolled out of sight sideways.
  double squeeze = 1;
  if (fixed + each * open > room && fixed > 0) squeeze = std::max(0.55, double(room - each * open) / fixed);
  int used = 0, last = -1;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (isColumnHidden(int(i))) continue;
    const int w = columns[i].width == 0 ? each : int(columns[i].width * squeeze);
    setColumnWidth(int(i), w);
    used += w, last = int(i);
  }
  if (last >= 0 && used < room) setColumnWidth(last, columnWidth(last) + room - used);
}

QString TableView::current_key() const { return currentIndex().isValid() ? currentIndex().data(kKeyRole).toString() : QString(); }

void TableView::select_key(const QString& key) {
  auto* table = qobject_cast<TableModel*>(model());
  const int row = table ? table->row_of(key) : -1;
  if (row < 0 || current_key() == key) return;
  setCurrentIndex(table->index(row, 0));
  scrollTo(table->index(row, 0));
}

void TableView::set_empty_text(const QString& text) {
  empty_text_ = text;
  viewport()->update();
}

void TableView::resizeEvent(QResizeEvent* event) {
  QTableView::resizeEvent(event);
  fit_columns();
}

void TableView::paintEvent(QPaintEvent* event) {
  QTableView::paintEvent(event);
  if (empty_text_.isEmpty() || !model() || model()->rowCount() > 0) return;
  QPainter painter(viewport());
  painter.setFont(theme().font(Type::Body));
  painter.setPen(theme().color(Token::Tx2));
  painter.drawText(viewport()->rect().adjusted(gap::kXxl, 0, -gap::kXxl, 0), Qt::AlignCenter | Qt::TextWordWrap, empty_text_);
}

void TableView::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
  QTableView::currentChanged(current, previous);
  if (current.isValid() && (!previous.isValid() || previous.row() != current.row()))
    Q_EMIT key_selected(current.data(kKeyRole).toString());
}

void TableView::keyPressEvent(QKeyEvent* event) {
  if (state() == QAbstractItemView::EditingState) return QTableView::keyPressEvent(event);  // what the editor let through
  const QString key = current_key();
  if (!key.isEmpty() && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && event->modifiers() == Qt::NoModifier) {
    Q_EMIT key_activated(key);
    return;
  }
  if (!key.isEmpty() && event->key() == Qt::Key_Space && event->modifiers() == Qt::NoModifier) {
    Q_EMIT space_pressed(key);
    return;
  }
  if (event->matches(QKeySequence::Copy)) {
    QApplication::clipboard()->setText(as_tsv());
    return;
  }
  QTableView::keyPressEvent(event);
}

void TableView::mouseReleaseEvent(QMouseEvent* event) {
  QTableView::mouseReleaseEvent(event);
  const QModelIndex at = indexAt(event->pos());
  if (at.isValid() && event->button() == Qt::LeftButton) Q_EMIT cell_clicked(at, event->pos() - visualRect(at).topLeft());
}

namespace {
std::vector<int> rows_to_copy(const TableView& view) {
  std::vector<int> rows;
  const auto selected = view.selectionModel()->selectedRows();
  if (selected.size() > 1) {
    for (const QModelIndex& i : selected) rows.push_back(i.row());
    std::sort(rows.begin(), rows.end());
  } else {
    for (int r = 0; r < view.model()->rowCount(); ++r) rows.push_back(r);
  }
  return rows;
}
std::vector<int> columns_to_copy(const TableView& view) {
  std::vector<int> columns;
  for (int c = 0; c < view.model()->columnCount(); ++c)
    if (!view.model()->headerData(c, Qt::Horizontal).toString().isEmpty() && !view.isColumnHidden(c)) columns.push_back(c);
  return columns;
}
}  // namespace

QString TableView::as_tsv() const {
  QString out;
  const auto columns = columns_to_copy(*this);
  QStringList line;
  for (int c : columns) line << model()->headerData(c, Qt::Horizontal).toString();
  out += line.join(QLatin1Char('\t')) + QLatin1Char('\n');
  for (int r : rows_to_copy(*this)) {
    line.clear();
    for (int c : columns) line << model()->index(r, c).data().toString().replace(QLatin1Char('\t'), QLatin1Char(' ')).replace(QLatin1Char('\n'), QLatin1Char(' '));
    out += line.join(QLatin1Char('\t')) + QLatin1Char('\n');
  }
  return out;
}

QString TableView::as_json() const {
  QJsonArray all;
  for (int r : rows_to_copy(*this)) {
    QJsonObject one;
    for (int c : columns_to_copy(*this)) {
      const Cell cell = model()->index(r, c).data(kCellRole).value<Cell>();
      one[model()->headerData(c, Qt::Horizontal).toString()] =
          cell.sort.isValid() ? QJsonValue::fromVariant(cell.sort) : QJsonValue(model()->index(r, c).data().toString());
    }
    all.append(one);
  }
  return QString::fromUtf8(QJsonDocument(all).toJson());
}

QString TableView::as_markdown() const {
  const auto columns = columns_to_copy(*this);
  QString out = QStringLiteral("|"), rule = QStringLiteral("|");
  for (int c : columns) {
    out += QStringLiteral(" %1 |").arg(model()->headerData(c, Qt::Horizontal).toString());
    const bool right = model()->headerData(c, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight;
    rule += right ? QStringLiteral(" ---: |") : QStringLiteral(" --- |");
  }
  out += QLatin1Char('\n') + rule + QLatin1Char('\n');
  for (int r : rows_to_copy(*this)) {
    out += QLatin1Char('|');
    for (int c : columns)
      out += QStringLiteral(" %1 |").arg(model()->index(r, c).data().toString().replace(QLatin1Char('|'), QStringLiteral("\\|")));
    out += QLatin1Char('\n');
  }
  return out;
}

void TableView::contextMenuEvent(QContextMenuEvent* event) {
  if (contextMenuPolicy() != Qt::DefaultContextMenu || !model()) return;
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  auto copy = [](const QString& text) { QApplication::clipboard()->setText(text); };
  menu->addAction(icon(QStringLiteral("copy")), tr("Copy as TSV\tCtrl+C"), this, [this, copy] { copy(as_tsv()); });
  menu->addAction(icon(QStringLiteral("code")), tr("Copy as JSON"), this, [this, copy] { copy(as_json()); });
  menu->addAction(icon(QStringLiteral("table")), tr("Copy as Markdown"), this, [this, copy] { copy(as_markdown()); });
  menu->popup(event->globalPos());
}

}  // namespace panels::kit
