//! The words in which PostgreSQL's translated messages differ: what stands before a name, and what is said of it. They
//! come from the catalogs of the server (German, French, Spanish, Italian, Russian, Ukrainian, Japanese, Korean, Chinese,
//! Swedish), and from Portuguese texts.

use crate::explain::kind::ErrorKind;

/// What a name in a sentence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Column,
    Table,
    Type,
    Enum,
    Sequence,
    Schema,
    Function,
    Constraint,
    Index,
    Value,
    Other,
}

/// The nouns that stand beside a name, with `|` between them, without the letter that may be a capital, and without their
/// endings. A longer one counts before a shorter one in it.
pub(super) const NOUNS: &[(Role, &str)] = &[
    (Role::Column, "palte|olonne|olumna|olonna|oluna|толб|товп|列|欄位|字段|칼럼|컬럼|열 |olumn"),
    (
        Role::Table,
        "elation|elación|elazione|elação|abelle|able |abla |abella |abela |аблиц|тношени|ідношенн|в'язку|\
         リレーション|テーブル|表|关系|關聯|資料表|릴레이션|테이블|Sicht|vue |vista |редставлени|одання|ビュー|视图|檢視|뷰|tabell |vy ",
    ),
    (Role::Type, "Typ |typ |typen |type |tipo |тип|型|类型|型別|자료형"),
    (Role::Enum, "Enum|enum|enumerazione|еречислени|ереліку|列挙型|枚举|列舉|열거형"),
    (Role::Sequence, "equenz|équence|ecuencia|оследовательност|ослідовн|シーケンス|序列|시퀀스|ekvens"),
    (Role::Schema, "chema|chéma|squema|схем|スキーマ|模式|스키마"),
    (Role::Function, "unktion|onction|unción|unção|unzione|ункци|ункці|関数|函数|函式|함수"),
    (
        Role::Constraint,
        "onstraint|ontrainte|estricción|estrição|incolo|граничени|бмеженн|制約|约束|限制|제약|참조키|villkor|foránea|\
         esterna|étrangère",
    ),
    (Role::Index, "ndex|ndice|ндекс|インデックス|索引|인덱스"),
    (Role::Value, "Wert|Eingabe|aleur|valor|valore|начени|値|值|값|värde|入力"),
    // A word that has one of the above in it and is none.
    (Role::Other, "表达式|表現|表示|数据类型"),
];

/// What a sentence says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saying {
    /// What it names is not there; what that is decides the kind.
    Absent,
    /// What it names is there already.
    Present,
    /// An error of this kind.
    Error(ErrorKind),
}

/// The parts of sentences that say what is wrong, with `|` between them, and their SQLSTATE: the more special before the
/// more general.
pub(super) const SAYINGS: &[(Saying, &str, &str)] = &[
    (
        Saying::Error(ErrorKind::TypeMismatch),
        "42883",
        "perator existiert nicht|opérateur n'existe pas|operador no existe|operador não existe|\
         operatore non esiste|оператор не существует|оператор не існує|演算子が存在しません|操作符不存在|運算子不存在|연산자 없음|\
         perator existerar inte",
    ),
    (
        Saying::Error(ErrorKind::MissingUnique),
        "42P10",
        "ON-CONFLICT-Angabe|spécification ON CONFLICT|especificación ON CONFLICT|especificação ON CONFLICT|\
         specifica ON CONFLICT|указанию ON CONFLICT|специфікації ON CONFLICT|ON CONFLICT 指定|ON CONFLICT 절|\
         ON CONFLICT-spec",
    ),
    (
        Saying::Error(ErrorKind::MissingUnique),
        "42830",
        "auf die verwiesen wird|correspondant aux clés données|con las columnas dadas|alle chiavi indicate|\
         данным ключам|даним ключам|被参照テーブル|被引用表|被參考資料表|참조되는|refererade tabellen",
    ),
    (
        Saying::Error(ErrorKind::NotNull),
        "23502",
        "Not-Null-Constraint|enthält NULL-Werte|la contrainte NOT NULL|contient des valeurs NULL|\
         restricción de no nulo|contiene valores null|restrição de não-nulo|vincolo non nullo|\
         contiene valori null|граничение NOT NULL|содержит значения NULL|not-null обмеження|\
         містить null значення|NULL制約|NULL値があります|非空约束|包含 NULL|非空條件約束|not null 제약|null 값이 있습니다|\
         not-null-villkor|innehåller null-värden",
    ),
    (
        Saying::Error(ErrorKind::MissingEnumValue),
        "22P02",
        "Eingabewert für Enum|invalide pour le enum|válida para el enum|para enum|per l'enumerazione|\
         значение для перечисления|значення для переліку|列挙型|枚举|列舉|열거형의 입력|värde för enum",
    ),
    (
        Saying::Error(ErrorKind::TypeMismatch),
        "22P02",
        "Eingabesyntax für Typ|invalide pour le type|válida para tipo|inválida para tipo|\
         non valida per il tipo|синтаксис для типа|синтаксис для типу|型の入力構文|的输入语法无效|的輸入語法無效|자료형 대한 잘못된 입력|\
         indatasyntax för typ",
    ),
    (
        Saying::Error(ErrorKind::TypeMismatch),
        "42804",
        "aber der Ausdruck hat Typ|mais l'expression est de type|pero la expresión es de tipo|\
         mas expressão é do tipo|ma l'espressione è di tipo|а выражение - |а вираз |式は型|但表达式的类型为|但運算式是型別|표현식은|\
         men uttrycket är av typ|kann nicht automatisch in Typ|ne peut pas être convertie vers|\
         no puede convertirse automáticamente|convertido automáticamente|convertita automaticamente|\
         convertito automaticamente|автоматически привести|автоматично привести|自動的に|不能自动转换|不能自動轉換|형변환할 수 없음|\
         automatiskt typomvandlas",
    ),
    (
        Saying::Error(ErrorKind::ValueTooLong),
        "22001",
        "zu lang für Typ|trop longue pour le type|demasiado largo para el tipo|muito longo para tipo|\
         troppo lungo per il tipo|не умещается в тип|занадто довге для типу|長すぎます|值过长|而言太長|너무 긴 자료|\
         för långt för typen",
    ),
    (
        Saying::Error(ErrorKind::ValueOutOfRange),
        "22003",
        "außerhalb des gültigen Bereichs|en dehors des limites|fuera de rango|fora do intervalo|\
         fuori dall'intervallo|вне диапазона|поза діапазоном|範囲外|超出|超過範圍|범위를|utanför giltigt intervall",
    ),
    (
        Saying::Error(ErrorKind::FkViolation),
        "23503",
        "Fremdschlüssel-Constraint|contrainte de clé|llave foránea|chave estrangeira|chiave esterna|\
         внешнего ключа|зовнішнього ключа|外部キー制約|外键约束|外來鍵限制|참조키|främmande nyckel",
    ),
    (
        Saying::Error(ErrorKind::UniqueViolation),
        "23505",
        "verletzt Unique-Constraint|rompt la contrainte unique|viole la contrainte unique|\
         restricción de unicidad|restrição de unicidade|vincolo univoco|граничение уникальности|\
         обмеження унікальності|一意性制約|违反唯一约束|違反唯一限制|고유 제약 조건|unik-villkor",
    ),
    (
        Saying::Error(ErrorKind::CheckViolation),
        "23514",
        "Check-Constraint|contrainte de vérification|restricción «check»|restrição de verificação|\
         vincolo di controllo|граничение-проверку|перевірне обмеження|検査制約|检查约束|檢查限制|체크 제약|check-villkor",
    ),
    (
        Saying::Error(ErrorKind::DependentObjects),
        "2BP01",
        "andere Objekte davon abhängen|d'autres objets en dépendent|otros objetos dependen|\
         outros objetos dependem|altri oggetti dipendono|зависят другие объекты|залежать інші|他のオブジェクトが依存|\
         其他对象依赖|其他物件依存|이 개체에 의존|andra objekt beror|Sicht oder Regel verwendet|dans une vue ou une règle|\
         en una regla o vista|in una vista o una regola|в представлении или правиле|в поданні або правилі|\
         ビューまたはルール|视图或规则|檢視或規則|뷰 또는 규칙|av en vy eller en regel",
    ),
    (
        Saying::Error(ErrorKind::PermissionDenied),
        "42501",
        "keine Berechtigung für|droit refusé pour|permiso denegado a|permissão negada para|\
         permesso negato per|нет доступа к|немає дозволу для|アクセスが拒否|的权限不足|的權限不足|접근 권한 없음|\
         rättighet saknas för",
    ),
    (
        Saying::Error(ErrorKind::StalePlan),
        "0A000",
        "gecachter Plan|plan en cache ne doit|plan almacenado no debe|cached plan non deve|кешированном плане|\
         кешованому плані|キャッシュした実行計画|缓存的计划|快取計畫|캐시된 계획|cache:ad plan",
    ),
    (
        Saying::Present,
        "",
        "existiert bereits|existe déjà|ya existe|já existe|esiste già|уже существует|вже існує|すでに存在|已存在|已經存在|\
         이미 있|finns redan|existerar redan",
    ),
    (
        Saying::Absent,
        "",
        "existiert nicht|n'existe pas|no existe|não existe|non esiste|не существует|не існує|存在しません|不存在|없음|\
         없습니다|은 없|existerar inte|finns inte|nie istnieje",
    ),
];

/// `ERROR`, as servers of these languages write it.
pub(super) const SEVERITIES: &str =
    "ERROR|FEHLER|ERREUR|ERRORE|ERRO|ОШИБКА|ПОМИЛКА|エラー|오류|错误|錯誤|FEL|BŁĄD|HATA";
