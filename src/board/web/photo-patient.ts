import { html, type TemplateResult } from 'lit-html';

/** What a person knows of the patient on a picture: paper seldom says it so that it can be read. */
export const PATIENT_FORM = 'form[name=patient]';

const AGE_MAX = 130;
const NUMBER_MAX = 80;
const NAME_MAX = 200;

export function patientForm(authorities: readonly string[]): TemplateResult {
  return html`
    <form
      class="filter"
      name="patient"
      aria-label="Patient"
      autocomplete="off"
      @submit=${(event: Event) => {
        event.preventDefault();
      }}
    >
      <label>
        Age in years
        <input name="age" type="number" min="0" max=${AGE_MAX} step="any" inputmode="numeric" />
      </label>
      <label>
        Sex
        <select name="sex">
          <option value="">not said</option>
          <option value="female">female</option>
          <option value="male">male</option>
        </select>
      </label>
      <label>
        Patient number
        <input name="number" maxlength=${NUMBER_MAX} pattern="[^|]*" title="without a bar" />
      </label>
      <label>
        Issued by
        <input
          name="authority"
          maxlength=${NUMBER_MAX}
          list="authorities"
          value=${authorities[0] ?? ''}
        />
        <datalist id="authorities">
          ${authorities.map((name) => html`<option value=${name}></option>`)}
        </datalist>
      </label>
      <label>
        Name
        <input name="name" maxlength=${NAME_MAX} placeholder="Family, given" />
      </label>
    </form>
    <p class="small quiet">
      All of it may be left empty. Age and sex let more networks answer; the number files the answer
      under the patient. Say it before you take the picture.
    </p>
  `;
}

/** A number is one of somebody who issued it, and a name goes with a number; tells where it is not. */
export function isWhole(form: HTMLFormElement): boolean {
  const input = (field: string): HTMLInputElement | null => {
    const found = form.elements.namedItem(field);
    return found instanceof HTMLInputElement ? found : null;
  };
  const [number, authority, name] = [input('number'), input('authority'), input('name')];
  if (number) number.required = (name?.value.trim() ?? '') !== '';
  if (authority) authority.required = (number?.value.trim() ?? '') !== '';
  return form.reportValidity();
}

/** As the door takes it beside a file. */
export function besideOf(form: HTMLFormElement): URLSearchParams {
  const data = new FormData(form);
  const said = (field: string): string => {
    const value = data.get(field);
    return typeof value === 'string' ? value.trim() : '';
  };
  const number = said('number');
  const beside = {
    age: said('age'),
    sex: said('sex'),
    patient: number === '' ? '' : `${said('authority')}|${number}`,
    name: said('name'),
  };
  return new URLSearchParams(Object.entries(beside).filter(([, value]) => value !== ''));
}
